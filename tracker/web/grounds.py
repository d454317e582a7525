"""What a task rests on: the finding it answers, or what a check saw and why that check looks."""

from dataclasses import dataclass

from tracker.domain.flags import Flag
from tracker.domain.tasks import Origin, Task
from tracker.storage.checks import CatalogueEntry
from tracker.storage.findings import FindingEntry
from tracker.storage.screens.flags import flag_of_task
from tracker.web.visit import Visit


@dataclass(frozen=True)
class Ground:
    """One of these, or nothing where the registers no longer know it."""

    finding: FindingEntry | None = None
    flag: Flag | None = None
    check: CatalogueEntry | None = None


def ground_of(visit: Visit, task: Task) -> Ground:
    """What a task rests on, as known today."""
    if task.origin is Origin.FINDING:
        known = visit.records.findings.known_on(visit.today)
        return Ground(finding=next((f for f in known if f.finding_no == task.origin_ref), None))
    if task.origin is Origin.FLAG:
        check = next((entry for entry in visit.records.checks.catalogue() if entry.name == task.kind), None)
        return Ground(flag=flag_of_task(visit.connection, task.origin_ref, task.key), check=check)
    return Ground()
