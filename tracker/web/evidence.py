"""証跡: documents come to a task, are saved under their own names or looked at, and can be taken away again."""

from io import BytesIO

from starlette.responses import Response

from tracker.attaching import attach, refuse_missing, remove
from tracker.day_quota import DayQuota
from tracker.domain.documents import FileKind
from tracker.domain.errors import EvidenceRefused, Refusal, SubmissionRefused
from tracker.domain.moves import refuse_closed
from tracker.evidence_kinds import SHOWN, kind_of
from tracker.storage.store import Records
from tracker.storage.submissions import Attachment
from tracker.web.acting import Acting
from tracker.web.answer_entry import bounds_of, evidence_folder, kept
from tracker.web.answer_forms import refuse_uploads
from tracker.web.downloads import download, shown
from tracker.web.forms import files_of
from tracker.web.own_tasks import RefusedForm, seen_task
from tracker.web.routes import DEPARTMENT, DIVISION, READERS, Routes
from tracker.web.task_forms import back_to, turned_back
from tracker.web.visit import Turned, Visit, Visiting, not_found, number_of, visiting

routes = Routes()


@routes.page("/attachments/{number}", who=READERS)
def save(visit: Visiting, number: str) -> Response:
    """One document, to be saved; refused when it is no longer what was kept."""
    attachment = _seen_attachment(visit, number)
    return download(_content(visit, attachment), attachment.name)


@routes.page("/attachments/{number}/view", who=READERS)
def show(visit: Visiting, number: str) -> Response:
    """One picture or PDF in the browser, shut in; anything else only to be saved."""
    attachment = _seen_attachment(visit, number)
    content = _content(visit, attachment)
    try:
        kind: FileKind | None = kind_of(BytesIO(content), attachment.name)
    except EvidenceRefused:
        kind = None
    if kind not in SHOWN:
        return download(content, attachment.name)
    return shown(content, attachment.name, SHOWN[kind])


@routes.form("/attachments", who=DIVISION | DEPARTMENT)
def add(act: Acting) -> Response:
    """Documents for a task, at any time."""
    key, uploads, office = act.line("task"), files_of(act.form, "files"), act.desk.office
    note, code = act.text("evidence_note"), act.account.department_code
    with visiting(act.request) as visit:
        task = seen_task(visit, key)
    try:
        if code is not None:
            refuse_closed(task)
        refuse_uploads(uploads, office.settings.answers, bounds_of(office))
        quota = DayQuota.of(office)
        with visiting(act.request) as visit:
            quota.refuse(visit.records, code, [one.size or 0 for one in uploads])
        files = kept(office, uploads)

        def change(records: Records) -> str:
            now = seen_task(Visit(act.desk, act.request, records, act.occasion.at), key)
            if attach(records, now, files, note, code, act.occasion):
                quota.refuse(records, code)  # others may have sent some meanwhile
            refuse_missing(evidence_folder(office), files)
            return f"task:{key}"

        return back_to(act, key, act.carry_out(change))
    except Refusal as refusal:
        field = refusal.field if isinstance(refusal, SubmissionRefused) else ""
        texts = {"evidence_note": note}
        return turned_back(act, RefusedForm(key, "attachment", field, str(refusal), texts=texts))


@routes.form("/attachments/{number}/removal", who=DIVISION | DEPARTMENT)
def take_away(act: Acting, number: str) -> Response:
    """A document that should not be here; its record stays."""
    with visiting(act.request) as visit:
        attachment = _seen_attachment(visit, number, is_removed_shown=True)
    key, reason = attachment.task_key, act.text("reason")
    try:
        if attachment.removed_at is None:
            remove(
                act.desk.office.store,
                evidence_folder(act.desk.office),
                attachment.id or 0,
                reason,
                act.account,
                act.occasion,
            )
        with visiting(act.request) as visit:
            return back_to(act, key, visit.records.events.about(f"task:{key}")[0].id)
    except Refusal as refusal:
        field = refusal.field if isinstance(refusal, SubmissionRefused) else ""
        return turned_back(act, RefusedForm(key, f"removal-{number}", field, str(refusal), texts={"reason": reason}))


def _seen_attachment(visit: Visit, number: str, *, is_removed_shown: bool = False) -> Attachment:
    """A document that whoever is signed in may have; another department's is as unknown as one that does not exist."""
    known = number_of(number)
    attachment = None if known is None else visit.records.submissions.attachment(known)
    task = None if attachment is None else visit.records.tasks.find(attachment.task_key)
    reader = visit.account.audience
    is_seen = task is not None and reader.sees(task.department_code)
    if attachment is None or not is_seen or not reader.documents([attachment]):
        raise not_found(f"証跡「{number}」はありません。")
    if attachment.removed_at is not None and not is_removed_shown:
        raise Turned(410, f"「{attachment.name}」は取り除かれました。取り除いた人と理由は、対応の経過にあります。")
    return attachment


def _content(visit: Visit, attachment: Attachment) -> bytes:
    try:
        return evidence_folder(visit.office).read(attachment.sha256)
    except EvidenceRefused as refusal:
        raise Turned(404, f"「{attachment.name}」を出せません。{refusal}") from None
