"""Documents come to a task at any time and can be taken away again: in one transaction, and the record stays."""

from collections.abc import Sequence

from tracker.answering import NamedFile
from tracker.domain.accounts import Account
from tracker.domain.errors import CommandRefused, EvidenceRefused, SubmissionRefused
from tracker.domain.events import Happened, Occasion
from tracker.domain.moves import refuse_closed, refuse_long_text, refuse_text
from tracker.domain.tasks import Task
from tracker.evidence import EvidenceFolder
from tracker.storage.store import Records, Store
from tracker.storage.submissions import Attachment

GONE_MEANWHILE = "送っている間に、同じファイルが取り除かれました。もう一度送ってください。"
UNKNOWN = "この証跡は、記録にありません。"


def attach(
    records: Records, task: Task, files: Sequence[NamedFile], note: str, department_code: str | None, occasion: Occasion
) -> bool:
    """Enter documents that are kept already; whether any of them was new to the task.

    `department_code` says whose they are, None: the division's. A department may add to what is open only.
    """
    if department_code is not None:
        refuse_closed(task)
    if not files:
        raise SubmissionRefused("files", "添えるファイルを選んでください。")
    refuse_long_text("note", note)
    known = records.submissions.attachments_of(task.key)  # that another department sent the same is not told
    here = {(one.name, one.sha256) for one in known if not one.removed_at and one.department_code == department_code}
    new = [file for file in files if (file.name, file.kept.sha256) not in here]
    if not new:
        return False
    records.submissions.attach([
        Attachment(
            task.key, file.name, file.kept.sha256, file.kept.size, occasion.at, occasion.by, department_code=department_code
        )
        for file in new
    ])  # fmt: skip
    facts = {"files": [file.name for file in new], "note": note, "department": department_code}
    records.events.append([task.happened(Happened.EVIDENCE_ATTACHED, occasion, **facts)])
    return True


def refuse_missing(folder: EvidenceFolder, files: Sequence[NamedFile]) -> None:
    """Raise when the bytes of a document went while it was being entered: the last of the same was removed."""
    if not all(folder.has(file.kept.sha256) for file in files):
        raise SubmissionRefused("files", GONE_MEANWHILE)


def may_remove(account: Account, task: Task, attachment: Attachment) -> bool:
    """The division may; a department its own document, as long as the task is open and its."""
    if attachment.removed_at is not None:
        return False
    if not account.is_of_department:
        return True
    return task.is_open and account.sees(task.department_code) and account.department_code == attachment.department_code


def remove(
    store: Store, folder: EvidenceFolder, number: int, reason: str, account: Account, occasion: Occasion
) -> Attachment:
    """Take a document away; its record stays, and its bytes go unless another document has the same ones."""
    sha256 = ""
    try:
        with store.transaction() as records:
            removed = _removed(records, number, reason, account, occasion)
            if not records.submissions.is_needed(removed.sha256):
                sha256 = removed.sha256
                folder.set_aside(sha256)
    except BaseException:
        if sha256:
            folder.put_back(sha256)
        raise
    if sha256:
        folder.discard(sha256)
    return removed


def _removed(records: Records, number: int, reason: str, account: Account, occasion: Occasion) -> Attachment:
    attachment = records.submissions.attachment(number)
    task = None if attachment is None else records.tasks.find(attachment.task_key)
    if attachment is None or task is None:
        raise CommandRefused(UNKNOWN)
    if attachment.removed_at is not None:
        raise EvidenceRefused(f"「{attachment.name}」は、もう取り除かれています。")
    if not may_remove(account, task, attachment):
        raise EvidenceRefused(f"「{attachment.name}」は取り除けません。情報管理課に連絡してください。")
    refuse_text("reason", reason, "取り除く理由を書いてください。経過に残ります。")
    removed = attachment.removed(reason, occasion)
    records.submissions.save_removal(removed)
    facts = {
        "file": attachment.name,
        "sha256": attachment.sha256,
        "reason": reason,
        "department": attachment.department_code,
    }
    records.events.append([task.happened(Happened.EVIDENCE_REMOVED, occasion, **facts)])
    return removed
