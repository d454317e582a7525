"""One way in for an answer, whether it comes by a link or from whoever is signed in."""

from collections.abc import Callable, Sequence

from starlette.datastructures import UploadFile
from starlette.requests import Request

from tracker.answering import NamedFile, enter, would_take
from tracker.archives import BoundsOfArchive
from tracker.attaching import refuse_missing
from tracker.day_quota import DayQuota
from tracker.domain.events import Occasion
from tracker.domain.submissions import SubmissionKind, refuse_unanswerable
from tracker.evidence import EVIDENCE_FOLDER, EvidenceFolder
from tracker.office import Office
from tracker.web.answer_forms import MEGABYTE, TypedAnswer, keep_uploads, refuse_uploads
from tracker.web.cases import Case
from tracker.web.visit import Visit, desk_of, visiting


def take_answer(
    request: Request, find: Callable[[Visit], Case], typed: TypedAnswer, uploads: Sequence[UploadFile],
    by: Callable[[Visit, Case], str], account: str = "",
) -> int:  # fmt: skip
    """Ask first, then keep the files, then enter all in one transaction, which asks again; the event's number.

    `find` opens the task anew each time, `by` says who answers, by which `account`. Raises Refusal, with the field that lacks something.
    """
    office = desk_of(request).office
    with visiting(request) as visit:
        case, departments = find(visit), visit.department_names
        occasion = Occasion(by(visit, case), visit.now, visit.today, account)
        refuse_unanswerable(case.task, case.pending, SubmissionKind(typed.kind))
        refuse_uploads(uploads, office.settings.answers, bounds_of(office))
        submission = typed.submission(case.task, departments, occasion)
        would_take(visit.records, case.task, submission, occasion, len(uploads))
        quota = DayQuota.of(office)
        quota.refuse(visit.records, submission.department_code, [one.size or 0 for one in uploads])
    files = kept(office, uploads)
    with office.store.transaction() as records:
        task = find(Visit(visit.desk, request, records, visit.now)).task
        submission = typed.submission(task, departments, occasion)
        enter(records, task, submission, files, occasion)
        if files:
            quota.refuse(records, submission.department_code)  # others may have sent some meanwhile
        refuse_missing(evidence_folder(office), files)
        return records.events.about(f"task:{task.key}")[0].id


def kept(office: Office, uploads: Sequence[UploadFile]) -> list[NamedFile]:
    """The files in the office's folder; SubmissionRefused when one cannot be kept."""
    return keep_uploads(uploads, evidence_folder(office), office.settings.answers)


def evidence_folder(office: Office) -> EvidenceFolder:
    """Where the office keeps documents."""
    return EvidenceFolder(office.data_dir / EVIDENCE_FOLDER)


def bounds_of(office: Office) -> BoundsOfArchive:
    """How much an archive may hold here."""
    return BoundsOfArchive(unpacked=office.settings.limits.unpacked_mb * MEGABYTE)
