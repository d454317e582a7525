"""Guidance entered, revised and held to be answered: each in one transaction, refused in sentences or done whole."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, astuple, replace
from typing import Any

from tracker.domain.closings import close
from tracker.domain.errors import CommandRefused, SubmissionRefused
from tracker.domain.events import Event, Happened, Occasion
from tracker.domain.registers import FINDING, IMPROVEMENT_PLAN
from tracker.domain.tasks import Origin, Task
from tracker.registers.correcting import Correction
from tracker.registers.typed_findings import ReadPlan, TypedRefused, in_document, same_document
from tracker.storage.findings import FindingEntry, PlanEntry
from tracker.storage.store import Records

UNKNOWN = "指導事項「{}」はありません。"
UNKNOWN_PLAN = "この改善策は、記録にありません。"
CHANGED = "ほかの人が先に改めました。今の内容を確かめてから、もう一度行ってください。"
CLOSED = "この指導事項は完了しています。改めるときは、先に完了を取り消してください。"
SAME = "同じ内容の指導事項「{}」が、もう登録されています。"
LATER = (
    "台帳「改善策」に、今日より後の基準日の取込みがあるため、ここからは登録できません。台帳を取り込み直してください。"
)
UNREVISABLE = "この改善策は、もう終わったか、期限や所管が対応のページで変わっています。対応のページで改めてください。"
NEW_REASON = "文書のとおり登録"


def enter_guidance(records: Records, finding: FindingEntry, plans: Sequence[ReadPlan], occasion: Occasion) -> None:
    """Enter a finding with its measures; the measures become tasks. TypedRefused when it is there already."""
    for known in records.findings.known_on(occasion.on_day):
        if same_document(known, finding) and (known.subject, known.gist) == (finding.subject, finding.gist):
            raise TypedRefused({"subject": SAME.format(known.finding_no)})
    entries = [plan.entry(finding.finding_no, str(n), occasion.on_day) for n, plan in enumerate(plans, start=1)]
    _correct(records, NEW_REASON, [finding], entries, occasion)
    facts = {"kind": finding.guidance_kind, "given_on": finding.given_on, "plans": len(plans)}
    _tell(records, Happened.FINDING_ENTERED, finding.finding_no, occasion, facts)


def revise_finding(records: Records, seen: str, finding: FindingEntry, reason: str, occasion: Occasion) -> int:
    """Other words for a finding, and for its document in every finding that stands in it; how many were changed.

    `seen` is the stamp of the finding as the page showed it. CommandRefused when another got there first.
    """
    old = _still_as_seen(records, finding.finding_no, seen, occasion)
    if not reason:
        raise TypedRefused({"reason": "なぜ改めるかを書いてください。記録に残ります。"})
    closings = records.closings.holding()
    others = [
        one for one in records.findings.known_on(occasion.on_day)
        if same_document(one, old) and one.finding_no != old.finding_no
    ]  # fmt: skip
    moved = [] if same_document(old, finding) else [in_document(one, finding) for one in others]
    if any(one.finding_no in closings for one in moved):
        raise CommandRefused("同じ文書の指導事項に完了したものがあるため、文書の記載は変えられません。")
    changed = [one for one in (finding, *moved) if one not in (old, *others)]
    _correct(records, reason, changed, [], occasion)
    for one in changed:
        before = next(known for known in (old, *others) if known.finding_no == one.finding_no)
        _tell(
            records, Happened.FINDING_REVISED, one.finding_no, occasion, {"reason": reason} | _differences(before, one)
        )
    return len(changed)


def add_plan(records: Records, finding_no: str, plan: ReadPlan, occasion: Occasion) -> str:
    """One more measure of a finding; the key of its task."""
    _open_finding(records, finding_no, occasion)
    known = records.findings.plans_of(finding_no, occasion.on_day)
    if any((one.action, one.deadline_printed or "") == (plan.action, plan.deadline_printed) for one in known):
        raise TypedRefused({f"action-{plan.number}": "同じ改善策が、もう登録されています。"})
    taken = {task.key for task in records.tasks.of_origin(Origin.FINDING, ref=finding_no)}
    number = 1
    while task_key(finding_no, str(number)) in taken:
        number += 1
    _correct(records, NEW_REASON, [], [plan.entry(finding_no, str(number), occasion.on_day)], occasion)
    return task_key(finding_no, str(number))


def revise_plan(
    records: Records, seen: str, finding_no: str, branch: str, plan: ReadPlan, reason: str, occasion: Occasion
) -> str:
    """Other words for a measure that nobody has acted on yet; the key of its task."""
    _open_finding(records, finding_no, occasion)
    old = find_plan(records, finding_no, branch, occasion)
    if stamp_of(old) != seen:
        raise CommandRefused(CHANGED)
    if not reason:
        raise TypedRefused({"reason": "なぜ改めるかを書いてください。記録に残ります。"})
    if not is_revisable(old, records.tasks.find(task_key(finding_no, branch))):
        raise CommandRefused(UNREVISABLE)
    new = replace(
        old, action=plan.action, department_code=plan.department_code, deadline_printed=plan.deadline_printed or None
    )
    _correct(records, reason, [], [new], occasion)
    facts = {"reason": reason, "branch": branch} | _differences(old, new)
    _tell(records, Happened.FINDING_REVISED, finding_no, occasion, facts)
    return task_key(finding_no, branch)


def close_finding(records: Records, finding_no: str, note: str, occasion: Occasion) -> None:
    """Hold a finding to be answered in full; SubmissionRefused while it is not."""
    _open_finding(records, finding_no, occasion)
    tasks = records.tasks.of_origin(Origin.FINDING, ref=finding_no)
    records.closings.enter(*close(finding_no, tasks, note, occasion))


def reopen_finding(records: Records, finding_no: str, reason: str, occasion: Occasion) -> None:
    """Take the closing of a finding back; SubmissionRefused without a reason."""
    closing = records.closings.of_finding(finding_no)
    if closing is None:
        raise SubmissionRefused("", "この指導事項は、完了していません。")
    records.closings.save(*closing.reopen(reason, occasion))


def find_plan(records: Records, finding_no: str, branch: str, occasion: Occasion) -> PlanEntry:
    """A measure as known today; CommandRefused when there is none."""
    known = records.findings.plans_of(finding_no, occasion.on_day)
    found = next((one for one in known if one.branch == branch), None)
    if found is None:
        raise CommandRefused(UNKNOWN_PLAN)
    return found


def is_revisable(plan: PlanEntry, task: Task | None) -> bool:
    """Whether the task still says what the plan says: nobody has answered it, extended it or handed it over."""
    return bool(
        task and task.waits_for_department and task.deadline_printed == (plan.deadline_printed or "")
        and (plan.department_code is None or task.department_code == plan.department_code)
    )  # fmt: skip


def stamp_of(entry: FindingEntry | PlanEntry) -> str:
    """What a page carries to see that nobody has changed the entry meanwhile."""
    return hashlib.sha256(repr(astuple(entry)).encode()).hexdigest()[:32]


def task_key(finding_no: str, branch: str) -> str:
    """The key of a measure's task."""
    return f"finding:{finding_no}/{branch}"


def _open_finding(records: Records, finding_no: str, occasion: Occasion) -> FindingEntry:
    finding = records.findings.find(finding_no, occasion.on_day)
    if finding is None:
        raise CommandRefused(UNKNOWN.format(finding_no))
    if records.closings.of_finding(finding_no):
        raise CommandRefused(CLOSED)
    return finding


def _still_as_seen(records: Records, finding_no: str, seen: str, occasion: Occasion) -> FindingEntry:
    finding = _open_finding(records, finding_no, occasion)
    if stamp_of(finding) != seen:
        raise CommandRefused(CHANGED)
    return finding


def _correct(
    records: Records, reason: str, findings: Sequence[FindingEntry], plans: Sequence[PlanEntry], occasion: Occasion
) -> None:
    rows = {FINDING.stem: [tuple(getattr(one, name) for name in FINDING.names) for one in findings]}
    rows |= {IMPROVEMENT_PLAN.stem: [tuple(getattr(one, name) for name in IMPROVEMENT_PLAN.names) for one in plans]}
    Correction(reason, occasion, {stem: own for stem, own in rows.items() if own}).enter(records)
    keys = [task_key(plan.finding_no, plan.branch) for plan in plans]
    if len(records.tasks.by_keys(keys)) < len(keys):
        raise CommandRefused(LATER)


def _tell(records: Records, kind: Happened, finding_no: str, occasion: Occasion, facts: dict[str, Any]) -> None:
    records.events.append([Event(kind, f"finding:{finding_no}", occasion, facts)])


def _differences(old: FindingEntry | PlanEntry, new: FindingEntry | PlanEntry) -> dict[str, Any]:
    before, after = asdict(old), asdict(new)
    changed = [name for name in after if before[name] != after[name] and name not in ("clause", "valid_from")]
    return {"changes": [[name, before[name], after[name]] for name in changed]}
