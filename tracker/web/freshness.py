"""The age of registers and the standing of checks, with their marks on the screen."""

from dataclasses import dataclass, fields

from tracker.domain.flags import CheckState
from tracker.freshness import CheckStanding, JudgedCheck, RegisterAge, ages_of_registers, judge_checks
from tracker.storage.screens.flags import changes_of_checks
from tracker.web.visit import Visit
from tracker.web.words import CHECK_STATES, LATE_CHECK, NEVER_CHECKED, Mark

__all__ = ["CheckLine", "RegisterAge", "check_lines", "register_ages"]


@dataclass(frozen=True)
class CheckLine(JudgedCheck):
    """A check as it stands this morning, as the screen shows it."""

    new: int = 0  # flags first seen on the day of its last run
    gone: int = 0  # flags that it saw no more on that day

    @property
    def mark(self) -> Mark:
        """Its standing in a word and a shape."""
        if self.standing is CheckStanding.NEVER:
            return NEVER_CHECKED
        return LATE_CHECK if self.standing is CheckStanding.LATE else CHECK_STATES[CheckState(self.standing)]

    @property
    def is_loud(self) -> bool:
        """Whether its answer cannot be relied on."""
        return self.mark.tone == "bad"


def register_ages(visit: Visit) -> dict[str, RegisterAge]:
    """Every register by its stem, in the order of import."""
    return ages_of_registers(visit.records, visit.office.settings, visit.today)


def check_lines(visit: Visit, ages: dict[str, RegisterAge]) -> list[CheckLine]:
    """Every check that this office runs."""
    judged = judge_checks(visit.records, visit.today, ages, visit.newest_job_runs)
    changes = changes_of_checks(visit.connection, {one.run.on_day for one in judged if one.run})
    lines = []
    for one in judged:
        new, gone = changes.get((one.entry.name, one.run.on_day), (0, 0)) if one.run else (0, 0)
        known = {field.name: getattr(one, field.name) for field in fields(one)}
        lines.append(CheckLine(**known, new=new, gone=gone))
    return lines


def registers_read(checks: list[CheckLine]) -> list[RegisterAge]:
    """Every register that some check reads, once."""
    return list({age.register.stem: age for line in checks for age in line.ages}.values())
