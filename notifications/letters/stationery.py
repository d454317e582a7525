"""Letters in the office's own words where it wrote some, in the built-in words everywhere else."""

from collections.abc import Container
from pathlib import Path
from threading import Lock
from typing import Any

from notifications.letters.guarded import GuardedPaper
from notifications.letters.inlining import refuse_entangled
from notifications.letters.kinds import KINDS, Kind
from notifications.letters.letter import HTML, PARTS, SUBJECT, Letter, fill, finished, write_letter
from notifications.letters.meter import SECONDS, WRITTEN, TemplateTooLong, TemplateTooSlow, metered
from notifications.letters.overrides import read_overrides
from notifications.letters.trouble import FAILURES, PartRefused, TemplateTrouble, trouble_of

SUBJECT_CHARACTERS = 200
_TROUBLES = 100


class Stationery:
    """Writes every kind of letter; FOLDER/KIND/{subject.txt, body.txt, body.html} replace the built-in parts.

    The folder is read once, when the stationery is made. An override is filled in a sandbox, in at most
    `seconds` for each part; one that fails leaves its letter to the built-in words, and `troubles` says why.
    """

    def __init__(self, folder: Path | None = None, *, seconds: float = SECONDS) -> None:
        self._overrides = read_overrides(folder)
        self._own = self._overrides.sources
        loader = self._overrides.loader()
        self._papers = {part: GuardedPaper(loader, autoescape=part == HTML) for part in PARTS} if self._own else {}
        self._seconds = seconds
        self._lock = Lock()
        self.troubles: list[TemplateTrouble] = list(self._overrides.troubles)

    def write(self, kind: str, facts: Any) -> Letter:
        """The letter of a kind; ValueError when there is nothing to say, KeyError when there is no such kind."""
        known = KINDS[kind]
        words = known.words(facts)
        if own := self._own.get(kind):
            try:
                return Letter(*(self._part(known, part, words, own) for part in PARTS))
            except _PartFailed as failed:
                self._note(kind, failed)
        return write_letter(known.folder, **words)

    def check(self) -> list[TemplateTrouble]:
        """Fill every override with its kind's examples; a kind of which one fails is built-in words from now on."""
        troubles = list(self._overrides.troubles)
        for kind in list(self._own):
            found = [failed.trouble for part in self._own[kind] if (failed := self._failure(KINDS[kind], part))]
            troubles += found
            if found:
                self._drop(kind)
        return troubles

    def _failure(self, kind: Kind, part: str) -> "_PartFailed | None":
        try:
            for example in kind.examples():
                self._part(kind, part, kind.words(example), (part,))
        except _PartFailed as failed:
            return failed
        return None

    def _part(self, kind: Kind, part: str, words: dict[str, object], own: Container[str]) -> str:
        if part not in own:
            return finished(part, fill(f"{kind.folder}/{part}", **words))
        try:
            with metered(self._seconds):
                filled = self._papers[part].get_template(f"{kind.name}/{part}").render(words)
                return _accepted(part, filled)
        except FAILURES as failure:
            raise _PartFailed(trouble_of(self._overrides.path(kind.name, part), failure)) from failure

    def _note(self, kind: str, failed: "_PartFailed") -> None:
        with self._lock:
            if failed.trouble not in self.troubles and len(self.troubles) < _TROUBLES:
                self.troubles.append(failed.trouble)
        if isinstance(failed.__cause__, TemplateTooSlow):
            self._drop(kind)  # the next letters would be as slow

    def _drop(self, kind: str) -> None:
        self._own.pop(kind, None)


class _PartFailed(Exception):
    """An override could not be filled; the cause is the failure itself."""

    def __init__(self, trouble: TemplateTrouble) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble


def preview(kind: str, stationery: Stationery) -> Letter:
    """The letter of a kind on its first example."""
    return stationery.write(kind, KINDS[kind].examples()[0])


def _accepted(part: str, filled: str) -> str:
    """A filled override as its part of the letter, when it can be sent."""
    if len(filled) > WRITTEN:
        raise TemplateTooLong
    if not filled.strip():
        raise PartRefused("件名が空になります。" if part == SUBJECT else "本文が空になります。")
    if part == HTML:
        refuse_entangled(filled)
    words = finished(part, filled)
    if part == SUBJECT and len(words) > SUBJECT_CHARACTERS:
        return words[: SUBJECT_CHARACTERS - 1] + "…"  # a long name of an office is no fault of its words
    return words
