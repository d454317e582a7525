"""What staged rows do to their register: compared, said, written down, applied."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tracker.domain.events import Event, Happened, Occasion
from tracker.domain.guidance import CouncilPaper
from tracker.domain.registers import IMPROVEMENT_PLAN, Register
from tracker.domain.text import shown
from tracker.registers.examining import own_keys_restored
from tracker.registers.guidance import Followed, follow_plans
from tracker.storage.lost_zeros import restore_own_keys
from tracker.storage.staging import Counts, Examples, Stage
from tracker.storage.store import Records
from tracker.storage.versions import next_import_day

EXAMPLES = 20
NAMED = 5
SHRUNK = 0.5  # an export that lost this share of its rows is probably cut off: said, not refused


@dataclass(frozen=True)
class Change:
    """What one file did, or would do, to its register."""

    register: str
    file: str
    encoding: str
    rows: int
    counts: Counts
    known: int = 0  # rows the register had
    examples: Examples | None = None

    @property
    def loss(self) -> float:
        """The share of the register's rows that end."""
        return self.counts.ended / self.known if self.known else 0.0


@dataclass
class ImportReport:
    """What an import did, or would do."""

    as_of: date
    changes: list[Change] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    tasks: Followed = field(default_factory=Followed)
    papers: list[CouncilPaper] = field(default_factory=list)


@dataclass(frozen=True)
class Difference:
    """How staged rows differ from their register, and what is to be said about it."""

    facts: dict[str, Any]
    counts: Counts
    rows: int
    known: int
    notices: tuple[str, ...]


@dataclass(frozen=True)
class Settlement:
    """One import's effect on the registers, within a transaction."""

    records: Records
    as_of: date
    occasion: Occasion

    def look(self, stage: Stage, facts: dict[str, Any]) -> Difference:
        """Compare: nothing is written but temporary tables.

        `facts` are what the import's row says of itself: source, sha256, reading, whole, and notices or a reason.
        """
        whole, register, notices = bool(facts["whole"]), stage.register, list[str]()
        counts, rows = stage.compare(self.as_of, whole=whole), stage.count()
        if counts.added and counts.ended and (restored := restore_own_keys(stage, self.as_of)):
            counts = stage.compare(self.as_of, whole=whole)
            told = own_keys_restored(restored, register, str(facts["source"]))
            facts = facts | {"notices": [*facts.get("notices", []), told]}
            notices.append(told)
        known = self.records.checks.count(register.stem, self.as_of)
        if known >= 10 and counts.ended > known * SHRUNK:
            notices.append(
                f"台帳「{register.stem}」の{known}件のうち{counts.ended}件がなくなります。"
                "出力が途中で切れていないか確かめてください。"
            )
        notices += self._corrections_lost(stage, whole=whole)
        return Difference(facts, counts, rows, known, tuple(notices))

    def settle(
        self, stage: Stage, difference: Difference, report: ImportReport, *, with_examples: bool = False
    ) -> None:
        """Say what differs, write it down, apply it. The register stands as it stood when it was compared.

        The stage stays open: to drop a million rows takes time, and others wait for it.
        """
        register, facts, counts = stage.register, difference.facts, difference.counts
        report.notices += difference.notices
        examples = stage.examples(self.as_of, EXAMPLES, whole=bool(facts["whole"])) if with_examples else None
        name, encoding = str(facts["source"]), str(facts["reading"]).split("/")[0]
        report.changes.append(
            Change(register.stem, name, encoding, difference.rows, counts, difference.known, examples)
        )
        newest = self.records.versions(register).newest_import(self.as_of)
        repeated = newest is not None and newest.sha256 == facts["sha256"] and newest.as_of == self.as_of
        if counts.any or not repeated:
            number = self.record(register, facts, difference.rows, counts)
            if counts.any:
                until = next_import_day(self.records.connection, register, self.as_of)
                stage.apply(number, self.as_of, until, counts)
                if register is IMPROVEMENT_PLAN and until is None:  # a later export has already said otherwise
                    report.tasks += follow_plans(self.records, self.as_of, self.occasion)

    def _corrections_lost(self, stage: Stage, *, whole: bool) -> list[str]:
        """What a file says otherwise than somebody who corrected rows by hand since the last one."""
        keys = stage.corrections_lost(self.as_of) if whole else []
        if not keys:
            return []
        named = "、".join(shown(" ".join(map(str, key))) for key in keys[:NAMED])
        return [
            f"台帳「{stage.register.stem}」の手で直した行 {len(keys)}件が戻ります"
            f"（{named}{'など' if len(keys) > NAMED else ''}）。"
        ]

    def record(self, register: Register, facts: dict[str, Any], rows: int, counts: Counts) -> int:
        """Write an import down, with its event; its number."""
        numbers = {"added": counts.added, "changed": counts.changed, "ended": counts.ended}
        about = {
            "as_of": self.as_of, "imported_at": self.occasion.at, "imported_by": self.occasion.by, "row_count": rows,
            "notices": facts.get("notices", []),
        }  # fmt: skip
        number = self.records.versions(register).record_import(facts | about | numbers)
        told = {name: facts[name] for name in ("source", "sha256", "reason") if name in facts}
        event_facts = numbers | told | {"import": number, "as_of": self.as_of}
        self.records.events.append(
            [Event(Happened.REGISTER_IMPORTED, f"register:{register.stem}", self.occasion, event_facts)]
        )
        return number
