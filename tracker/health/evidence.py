"""The documents that entries name: whether each still lies there, and is what was kept."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from tracker.evidence import EVIDENCE_FOLDER, EvidenceFolder
from tracker.health.values import Patient, Symptom
from tracker.storage.notes import note, noted
from tracker.storage.screens.standstill import named_documents, where_named
from tracker.storage.store import Records, Store

NOTE = "evidence"
SHOWN = 3
PIECE = 1 << 20
MEND = "バックアップの files/evidence から、同じ名前のファイルを戻してください。"
LOST = "証跡のファイルが{count:,}件なくなっています（{names}）。" + MEND
ALTERED = "証跡のファイルが{count:,}件、保管した後に変わっています（{names}）。" + MEND


@dataclass(frozen=True)
class EvidenceLook:
    """What a look through the documents found, as hashes; `after` is where the next night goes on, "" from the start."""

    lost: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()
    after: str = ""
    looked: int = 0


def look_through(store: Store, data_dir: Path, most: timedelta | None = None) -> EvidenceLook:
    """Ask for every document, and read as many as the time allows; what was altered before is read in any case."""
    with store.reading() as records:
        named, before = named_documents(records.connection), noted_look(records)
    folder = EvidenceFolder(data_dir / EVIDENCE_FOLDER)
    lost = {one for one in named if not folder.has(one)}
    known = set(before.altered) & set(named) - lost
    turn = _in_turn([one for one in named if one not in lost and one not in known], before.after if most else "")
    looked, is_over = 0, _over(most)
    altered, last = {one for one in known if is_altered(folder.place_of(one), one)}, ""
    for one in turn:
        if is_over():
            break
        looked, last = looked + 1, one
        if is_altered(folder.place_of(one), one):
            altered.add(one)
    return EvidenceLook(
        tuple(sorted(lost)), tuple(sorted(altered)), "" if looked == len(turn) else last, looked + len(known)
    )


def is_altered(path: Path, sha256: str) -> bool:
    """Whether a file holds other bytes than its name says, or cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                digest.update(piece)
    except OSError:
        return True
    return digest.hexdigest() != sha256


def keep_look(records: Records, look: EvidenceLook) -> None:
    """Keep what a night found."""
    note(records.connection, NOTE, json.dumps(asdict(look)))


def noted_look(records: Records) -> EvidenceLook:
    """What the newest night found."""
    facts = json.loads(noted(records.connection, NOTE) or "{}")
    return EvidenceLook(**facts | {name: tuple(facts.get(name, ())) for name in ("lost", "altered")})


def evidence(patient: Patient) -> Iterator[Symptom]:
    """Every document, now."""
    yield from symptoms(patient.records, look_through(patient.office.store, patient.office.data_dir))


def evidence_by_night(patient: Patient) -> Iterator[Symptom]:
    """What the newest night found."""
    yield from symptoms(patient.records, noted_look(patient.records))


def symptoms(records: Records, look: EvidenceLook) -> Iterator[Symptom]:
    """A look in sentences, which name some of the documents."""
    for sentence, hashes in ((LOST, look.lost), (ALTERED, look.altered)):
        if hashes:
            found = where_named(records.connection, hashes, SHOWN)
            names = "、".join(f"{task} の「{name}」" for task, name in found) + (
                "など" if len(hashes) > len(found) else ""
            )
            yield Symptom(sentence.format(count=len(hashes), names=names))


def _in_turn(named: list[str], after: str) -> list[str]:
    return [one for one in named if one > after] + ([one for one in named if one <= after] if after else [])


def _over(most: timedelta | None) -> Callable[[], bool]:
    if most is None:
        return lambda: False
    end = time.monotonic() + most.total_seconds()
    return lambda: time.monotonic() > end
