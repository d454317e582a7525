"""Probes and what they find."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tracker.office import Office
from tracker.settings import Settings
from tracker.storage.store import Records


@dataclass(frozen=True)
class Symptom:
    """A sentence on what was found and what to do; one that is not wrong is worth knowing only."""

    sentence: str
    is_wrong: bool = True


@dataclass(frozen=True)
class Place:
    """Where the program works: its settings and its data directory."""

    settings: Settings
    data_dir: Path


@dataclass(frozen=True)
class Patient:
    """An office that could be opened, and its records as they are at one instant."""

    office: Office
    records: Records
    now: datetime


@dataclass(frozen=True)
class PlaceProbe:
    """A look at the place alone, which needs no database."""

    name: str
    title: str
    look: Callable[[Place], Iterator[Symptom]]


@dataclass(frozen=True)
class RecordsProbe:
    """A look at the records, and at what they say of files."""

    name: str
    title: str
    look: Callable[[Patient], Iterator[Symptom]]


Probe = PlaceProbe | RecordsProbe


@dataclass(frozen=True)
class Examined:
    """A probe and what it found; nothing when all is well."""

    name: str
    title: str
    symptoms: tuple[Symptom, ...]

    @property
    def is_wrong(self) -> bool:
        """Whether something is to be mended."""
        return any(symptom.is_wrong for symptom in self.symptoms)
