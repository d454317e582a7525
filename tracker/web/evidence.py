"""証跡: documents that came with answers, for the division; the bytes that were kept, under their own names."""

from starlette.responses import Response

from tracker.domain.errors import EvidenceRefused
from tracker.evidence import EVIDENCE_FOLDER, EvidenceFolder
from tracker.web.downloads import download
from tracker.web.routes import READERS, Routes
from tracker.web.visit import Turned, Visiting, not_found, number_of

routes = Routes()


@routes.page("/attachments/{number}", who=READERS)
def show(visit: Visiting, number: str) -> Response:
    """One document, to be saved; refused when it is no longer what was kept."""
    known = number_of(number)
    attachment = None if known is None else visit.records.submissions.attachment(known)
    task = None if attachment is None else visit.records.tasks.find(attachment.task_key)
    if attachment is None or task is None or not visit.account.sees(task.department_code):
        raise not_found(f"証跡「{number}」はありません。")
    try:
        content = EvidenceFolder(visit.office.data_dir / EVIDENCE_FOLDER).read(attachment.sha256)
    except EvidenceRefused as refusal:
        raise Turned(404, f"「{attachment.name}」を出せません。{refusal}") from None
    return download(content, attachment.name)
