"""A form sent from a page that another has overtaken: what was typed beside what is there now; and the second click."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.domain.dates import read_date
from tracker.domain.errors import DateUnreadable
from tracker.domain.events import Happened
from tracker.storage.events import StoredEvent
from tracker.web.acting import Act
from tracker.web.timeline import Moment, timeline
from tracker.web.visit import Visit

SHOWN = 10


@dataclass(frozen=True)
class FormKind:
    """A form of the division on a task's page: its verb, where it goes, what it makes happen, the fields it asks for."""

    verb: str
    action: str
    makes: tuple[Happened, ...]
    fields: tuple[str, ...] = ("reason",)


FORMS: Mapping[str, FormKind] = {
    "accepted": FormKind(
        "報告を認める", "/decisions",
        (Happened.TASK_COMPLETED, Happened.DEADLINE_EXTENDED, Happened.TASK_HANDED_OVER), ("department",),
    ),
    "sent-back": FormKind("差し戻す", "/decisions", (Happened.TASK_SENT_BACK,)),
    "completion": FormKind("完了にする", "/completions", (Happened.TASK_COMPLETED,), ("note",)),
    "extension": FormKind("期限を変える", "/extensions", (Happened.DEADLINE_EXTENDED,), ("reason", "deadline")),
    "handover": FormKind("所管を変える", "/handovers", (Happened.TASK_HANDED_OVER,), ("department",)),
    "withdrawal": FormKind("取り下げる", "/withdrawals", (Happened.TASK_WITHDRAWN,), ("reason", "measure")),
    "reopening": FormKind("対応中に戻す", "/reopenings", (Happened.TASK_REOPENED,)),
    "consideration": FormKind("「検討中」とする", "/considerations", (Happened.MEASURE_CONSIDERED,)),
    "settlement": FormKind("「検討中」を終える", "/settlements", (Happened.MEASURE_SETTLED,)),
    "effect": FormKind("効果を記録する", "/effect-checks", (Happened.EFFECT_CHECKED,), ("note", "effect")),
}  # fmt: skip
FACTS = {"deadline": "new", "department": "new"}  # what an event calls a field, where not by its own name
DECISIONS, OF_CLOSED = ("accepted", "sent-back"), ("reopening", "effect")
LABELS = {
    "reason": "理由", "note": "書いたこと", "deadline": "新しい期限", "department": "引き継ぐ所管課", "effect": "効果",
    "approved_on": "決裁日", "approver": "決裁者区分", "document_no": "文書番号", "measure": "対外的な区分",
}  # fmt: skip
KEPT = tuple(LABELS)


@dataclass(frozen=True)
class Conflict:
    """What somebody typed on a page that had been overtaken, and what happened since that page was opened."""

    form: FormKind
    typed: tuple[tuple[str, str], ...]
    since: tuple[Moment, ...]
    resent: Mapping[str, str]
    may_resend: bool

    @property
    def labels(self) -> Mapping[str, str]:
        """What the fields are called."""
        return LABELS


def since_seen(visit: Visit, act: Act, key: str) -> list[StoredEvent]:
    """What happened to a task after the page was made on which the form stood, newest first."""
    seen = act.number("seen")
    return [event for event in visit.records.events.about(f"task:{key}") if event.id > seen] if seen else []


def same_act(act: Act, form: str, since: Sequence[StoredEvent]) -> StoredEvent | None:
    """The event that this very form made already, when it is only a second click; None when anything of it differs."""
    own = [event for event in since if event.kind in FORMS[form].makes]
    if len(own) != 1 or own[0].by != act.occasion.by:
        return None
    return own[0] if _says_the_same(act, form, own[0].facts, own[0].kind) else None


def _says_the_same(act: Act, form: str, facts: Mapping[str, Any], kind: str) -> bool:
    fields = FORMS[form].fields
    if form == "accepted" and kind != Happened.TASK_HANDED_OVER:
        fields = ()  # all else was said in the answer
    approval = facts.get("approval") or {}
    made = [facts.get(FACTS.get(name, name)) for name in fields]
    made += [approval.get("on"), approval.get("by"), approval.get("document_no")]
    typed = [_typed(act, name) for name in (*fields, "approved_on", "approver", "document_no")]
    return [fact or "" for fact in made] == typed


def _typed(act: Act, name: str) -> str:
    if name not in ("deadline", "approved_on") or not act.line(name):
        return act.text(name)
    try:
        return read_date(act.line(name)).day.isoformat()
    except DateUnreadable:
        return act.line(name)


def conflict_of(visit: Visit, act: Act, form: str, since: Sequence[StoredEvent]) -> Conflict:
    """Both sides of a conflict."""
    typed = tuple((name, act.text(name)) for name in KEPT if act.text(name))
    resent = {name: act.line(name) for name in ("submission", "decision") if act.line(name)}
    may = _may_resend(visit, act, form)
    return Conflict(FORMS[form], typed, tuple(timeline(visit, since[:SHOWN], ())), resent, may)


def _may_resend(visit: Visit, act: Act, form: str) -> bool:
    """Whether what was asked for can still be done as things are now."""
    task = visit.records.tasks.find(act.line("task"))
    pending = visit.records.submissions.pending_of(act.line("task"))
    if task is None:
        return False
    if form in DECISIONS:
        return pending is not None and pending.id == act.number("submission")
    return pending is None and task.is_open is (form not in OF_CLOSED)
