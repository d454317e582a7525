"""What the search box finds: entries, kept in the transaction that changes what they are about."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, tuple_

from tracker.domain.searching import Word
from tracker.storage.search_index import index_of
from tracker.storage.tables.search import SearchEntryRow

_ENTRY = SearchEntryRow.__table__  # type: ignore[attr-defined]
TASK, LETTER = "task", "letter"  # kinds of entries; those of registers are the registers' nouns
AT_ONCE, AT_ONCE_NEW = 500, 10_000
FEW = 300


@dataclass(frozen=True)
class Entry:
    """A text that is found: what it is about, and whose it is."""

    kind: str
    ref: str
    department_code: str | None
    title: str
    text: str
    on_day: date | None

    @property
    def scope(self) -> tuple[str, ...]:
        """What a search may be narrowed to."""
        return scope_of(self.kind, self.department_code)


@dataclass(frozen=True)
class Found:
    """Some of the entries that were found, the newest first."""

    entries: tuple[Entry, ...]
    has_more: bool


_NAMES = [field.name for field in fields(Entry)]
_COLUMNS = [_ENTRY.c[name] for name in _NAMES]


@dataclass(frozen=True)
class Search:
    """Entries, within one transaction."""

    connection: Connection

    def enter(self, entries: Iterable[Entry], *, are_new: bool = False) -> None:
        """Have texts found; those that are known as they are stay. `are_new`: nothing is known of any of them."""
        index = index_of(self.connection)
        number = index.newest() + 1
        for some in _portions(entries, AT_ONCE_NEW if are_new else AT_ONCE):
            wanted = some if are_new else self._changed(some)
            numbered = list(enumerate(wanted, start=number))
            number += len(numbered)
            if numbered:
                self.connection.execute(insert(_ENTRY), [{"id": n} | _row(entry) for n, entry in numbered])
                index.add([(n, f"{entry.title}\n{entry.text}", entry.scope) for n, entry in numbered])

    def remove(self, kind: str, refs: Iterable[str]) -> None:
        """Have texts not found any more."""
        for some in _portions(refs):
            known = select(_ENTRY.c.id).where(_ENTRY.c.kind == kind, _ENTRY.c.ref.in_(some))
            self._drop(list(self.connection.execute(known).scalars()))

    def clear(self) -> None:
        """Forget everything."""
        self.connection.execute(delete(_ENTRY))
        index_of(self.connection).clear()

    def find(self, words: Sequence[Word], kind: str, department_code: str | None, limit: int) -> Found:
        """The newest entries of a kind (of one department when one is given) in which all words stand."""
        numbers = index_of(self.connection).newest_with(words, scope_of(kind, department_code)[-1:], limit + 1)
        query = select(*_COLUMNS).where(_ENTRY.c.id.in_(numbers)).order_by(_ENTRY.c.id.desc())
        entries = [Entry(*row) for row in self.connection.execute(query)]
        return Found(tuple(entries[:limit]), len(entries) > limit)

    def kinds_with(self, words: Sequence[Word]) -> set[str] | None:
        """The kinds of which something is found; None where too much is found to tell without asking kind by kind."""
        numbers = list(self.connection.execute(index_of(self.connection).all_with(words, ()).limit(FEW)).scalars())
        if len(numbers) == FEW:
            return None
        return set(self.connection.execute(select(_ENTRY.c.kind).where(_ENTRY.c.id.in_(numbers))).scalars())

    def refs_with(self, words: Sequence[Word], kind: str) -> Select[Any]:
        """A query for what all entries of a kind are about in which all words stand, for a list that is narrowed to them."""
        matches = index_of(self.connection).all_with(words, (kind,))
        return select(_ENTRY.c.ref).where(_ENTRY.c.kind == kind, _ENTRY.c.id.in_(matches))

    def _changed(self, entries: list[Entry]) -> list[Entry]:
        """The entries that are not known as they are; what was known of them is dropped."""
        subjects = [(entry.kind, entry.ref) for entry in entries]
        query = select(_ENTRY.c.id, *_COLUMNS).where(tuple_(_ENTRY.c.kind, _ENTRY.c.ref).in_(subjects))
        known = {Entry(*row[1:]): row[0] for row in self.connection.execute(query)}
        wanted = set(entries)
        self._drop([number for entry, number in known.items() if entry not in wanted])
        return [entry for entry in entries if entry not in known]

    def _drop(self, numbers: list[int]) -> None:
        if numbers:
            self.connection.execute(delete(_ENTRY).where(_ENTRY.c.id.in_(numbers)))
            index_of(self.connection).drop(numbers)


def scope_of(kind: str, department_code: str | None) -> tuple[str, ...]:
    """The kind; and the kind within a department."""
    return (kind,) if department_code is None else (kind, f"{kind}@{department_code}")


def _portions(things: Iterable[Any], size: int = AT_ONCE) -> Iterator[list[Any]]:
    rest = iter(things)
    while some := list(islice(rest, size)):
        yield some


def _row(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in _NAMES}
