"""What a department typed: read from the form, kept when it must be corrected, made into a submission."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile

from tracker.answering import NamedFile
from tracker.archives import BoundsOfArchive
from tracker.domain.dates import read_date
from tracker.domain.errors import DateUnreadable, EvidenceRefused, SubmissionRefused
from tracker.domain.events import Occasion
from tracker.domain.submissions import LONGEST_NAME, Submission, SubmissionKind
from tracker.domain.tasks import Task
from tracker.evidence import EvidenceFolder
from tracker.evidence_kinds import refuse_kind
from tracker.settings import AnswerSettings
from tracker.web.forms import file_name, line_of, text_of

MEGABYTE = 1 << 20
CHANGED = "このページを開いた後に、期限の変更や差戻しがありました。今の内容を確かめて、もう一度送ってください。"


@dataclass(frozen=True)
class TypedAnswer:
    """The fields of a form as they were typed; empty for a form that was not sent yet."""

    kind: str = ""
    officer: str = ""
    note: str = ""
    deadline: str = ""
    department: str = ""
    round: str = ""
    had_files: bool = False

    @classmethod
    def of(cls, form: FormData, uploads: Sequence[UploadFile], officer: str | None = None) -> "TypedAnswer":
        """What stands in the form; `officer` is the name of whoever is signed in, and then not asked for."""
        name = line_of(form, "officer") if officer is None else officer[:LONGEST_NAME]
        return cls(
            kind=line_of(form, "kind"), officer=name, note=text_of(form, "note"),
            deadline=line_of(form, "deadline"), department=line_of(form, "department"), round=line_of(form, "round"),
            had_files=bool(uploads),
        )  # fmt: skip

    def submission(self, task: Task, departments: Collection[str], occasion: Occasion) -> Submission:
        """The answer to a task; SubmissionRefused with the field that cannot be read."""
        assert task.department_code is not None
        if self.round and self.round != str(task.round):
            raise SubmissionRefused("round", CHANGED)
        kind = SubmissionKind(self.kind)
        asked = self.deadline if kind is SubmissionKind.EXTENSION else ""
        named = self.department if kind is SubmissionKind.NOT_OURS else ""
        if named and named not in departments:
            raise SubmissionRefused("department", "所管課を一覧から選んでください。")
        try:
            deadline = read_date(asked).day if asked else None
        except DateUnreadable as trouble:
            raise SubmissionRefused("deadline", str(trouble)) from None
        return Submission(
            task_key=task.key, department_code=task.department_code, kind=kind, officer=self.officer, note=self.note,
            submitted_at=occasion.at, submitted_on=occasion.on_day, asked_deadline=deadline, named_code=named or None,
        )  # fmt: skip


def refuse_uploads(uploads: Sequence[UploadFile], settings: AnswerSettings, bounds: BoundsOfArchive) -> None:
    """Raise SubmissionRefused for too many files, an empty, too large or unsuitable one, before any is kept."""
    if len(uploads) > settings.files:
        raise SubmissionRefused("files", f"添えるファイルは{settings.files}件までです（{len(uploads)}件ありました）。")
    for upload in uploads:
        name, size = file_name(upload.filename), upload.size or 0
        if not size:
            raise SubmissionRefused("files", f"「{name}」は空のファイルです。中身のあるファイルを選んでください。")
        if size > settings.file_mb * MEGABYTE:
            raise SubmissionRefused("files", f"「{name}」は大きすぎます。1件{settings.file_mb}MBまでにしてください。")
        try:
            refuse_kind(upload.file, name, settings.kinds, bounds)
        except EvidenceRefused as refusal:
            raise SubmissionRefused("files", str(refusal)) from None


def keep_uploads(uploads: Sequence[UploadFile], folder: EvidenceFolder, settings: AnswerSettings) -> list[NamedFile]:
    """Keep the files; SubmissionRefused when one cannot be kept."""
    limit = settings.file_mb * MEGABYTE
    try:
        return [NamedFile(file_name(upload.filename), folder.keep(upload.file, limit)) for upload in uploads]
    except EvidenceRefused as refusal:
        raise SubmissionRefused("files", str(refusal)) from None
