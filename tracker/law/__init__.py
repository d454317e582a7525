"""Rules of law as dated, sourced data: clauses, contract items, numbers and the checks in words, read from TOML files."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_BOXED = {**{chr(0x2460 + n): n + 1 for n in range(20)}, **{mark: n for n, mark in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}}
_HYPHENS = re.compile("[\u2010-\u2015\u2212]|(?<=[0-9)])ー(?=[0-9(])")


@dataclass(frozen=True)
class Law:
    """A law or guide and the short names papers use for it; `sure` runs from A (read) to D (memory).

    `publisher` is who stands behind a guide in a paper's footnote.
    """

    id: str
    name: str
    aliases: tuple[str, ...]
    kind: str
    since: str
    source: str
    sure: str
    publisher: str = ""


@dataclass(frozen=True)
class Clause:
    """One clause of a law or guide, with the ways papers print it."""

    id: str
    law: str
    printed: tuple[str, ...]
    normalised: str
    title: str
    source: str
    sure: str


@dataclass(frozen=True)
class ContractItem:
    """One thing an outsourcing contract must state (C, N) or an office confirm in writing (W)."""

    key: str
    text: str
    guide: str
    clause: str
    source: str
    sure: str
    specific_only: bool


@dataclass(frozen=True)
class Threshold:
    """A number that decides whether a rule applies, with its unit and who set it since when."""

    key: str
    number: int
    unit: str
    title: str
    basis: str
    since: str
    source: str
    sure: str


@dataclass(frozen=True)
class CheckWords:
    """What a check looks for in three sentences, its ground as printed, and the number it goes by if any.

    `setting` is the key under [checks.<name>] by which an office sets another number.
    """

    name: str
    sentences: tuple[str, ...]
    ground: str
    threshold: str = ""
    setting: str = ""

    @property
    def looks_for(self) -> str:
        """The sentences, each on a line of its own."""
        return "\n".join(self.sentences)


def check_words(name: str) -> CheckWords:
    """The words of a check; KeyError for one that stands in no file."""
    return _words_by_name()[name]


def known_clause(normalised: str) -> Clause | None:
    """The clause of that full text, with its source and how sure it is."""
    return next((clause for clause in clauses() if clause.normalised == normalised), None)


def law_of(clause: Clause) -> Law:
    """The law or guide that a clause belongs to."""
    return next(law for law in laws() if law.id == clause.law)


def law_cited(printed: str) -> tuple[Law, str] | None:
    """The law or guide whose name a text begins with, and that name as it is written there; None for an unknown one."""
    plain = _plain(printed)
    for alias, law in _names():
        if plain.startswith(alias):
            end = next(end for end in range(1, len(printed) + 1) if _plain(printed[:end]).startswith(alias))
            return law, printed[:end]
    return None


def law_named(name: str) -> Law | None:
    """The law of that full or short name."""
    return next((law for alias, law in _names() if alias == _plain(name)), None)


def clause_normalised(printed: str) -> str | None:
    """The full text of a clause as a paper prints it, footnote marks already removed; None when unknown."""
    return _normalised_by_key().get(_key(printed))


@cache
def laws() -> tuple[Law, ...]:
    """The laws and guides that clauses belong to."""
    return tuple(Law(**{**row, "aliases": tuple(row["aliases"])}) for row in _rows("clauses", "laws"))


@cache
def clauses() -> tuple[Clause, ...]:
    """Every clause the program knows by name."""
    return tuple(Clause(**{**row, "printed": tuple(row["printed"])}) for row in _rows("clauses", "clauses"))


@cache
def contract_items() -> tuple[ContractItem, ...]:
    """C1-C8, W1, W2, and N1-N10 which only bind work with 特定個人情報, in the order of the guides."""
    return tuple(ContractItem(**row) for row in _rows("contract_items", "items"))


def threshold(key: str) -> Threshold:
    """The number of that key (absence-days, file-persons); KeyError for a key no rule has."""
    return {row["key"]: Threshold(**row) for row in _rows("thresholds", "thresholds")}[key]


@cache
def _words_by_name() -> dict[str, CheckWords]:
    rows = _rows("checks", "checks")
    return {row["name"]: CheckWords(**{**row, "sentences": tuple(row["sentences"])}) for row in rows}


@cache
def _rows(stem: str, table: str) -> tuple[dict[str, Any], ...]:
    text = (files(__name__) / f"{stem}.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)[table])


@cache
def _normalised_by_key() -> dict[str, str]:
    return {_key(printed): clause.normalised for clause in clauses() for printed in clause.printed}


def _key(printed: str) -> str:
    """Law and place, such that every width, box and short name of the same clause gives the same key."""
    plain = _plain(printed)
    for alias, law in _names():
        if plain.startswith(alias):
            return f"{law.id}:{plain.removeprefix(alias)}"
    return plain


@cache
def _names() -> tuple[tuple[str, Law], ...]:
    names = [(_plain(name), law) for law in laws() for name in (law.name, *law.aliases)]
    return tuple(sorted(names, key=lambda name: -len(name[0])))


def _plain(printed: str) -> str:
    boxed = "".join(f"[{_BOXED[character]}]" if character in _BOXED else character for character in printed)
    wide = _HYPHENS.sub("-", unicodedata.normalize("NFKC", boxed))
    return re.sub(r"[\s「」『』]+", "", wide).casefold()
