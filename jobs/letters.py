"""From a letter's words to a letter in the outbox: to whom, under which key and Message-ID."""

from email.utils import parseaddr

from jobs.checks import all_checks
from notifications.letters.letter import Letter
from notifications.mail import message_id
from tracker.domain.departments import Department
from tracker.domain.events import Occasion
from tracker.domain.tasks import Origin, Task
from tracker.office import Office
from tracker.storage.outbox import QueuedLetter

NO_ADDRESS = "宛先のメールアドレスがありません。印刷して渡してください。"


def as_queued(
    office: Office, letter: Letter, kind: str, key: str, department: Department, occasion: Occasion
) -> QueuedLetter:
    """A letter to a department's mailbox; without an address it is kept for print and not tried."""
    recipients = (department.email,) if department.email else ()
    domain = parseaddr(office.settings.mail.sender)[1].rpartition("@")[2] or "localhost"
    return QueuedLetter(
        key=key, kind=kind, department_code=department.code or None, recipients=recipients, copies=(),
        subject=letter.subject, body_text=letter.text, body_html=letter.html,
        message_id=message_id(kind, key, domain), on_day=occasion.on_day, queued_at=occasion.at,
        next_attempt_at=occasion.at if recipients else None,
        given_up_at=None if recipients else occasion.at, answer="" if recipients else NO_ADDRESS,
    )  # fmt: skip


def origin_words(task: Task) -> str:
    """Where a task comes from, as a letter says it."""
    if task.origin is Origin.FINDING:
        return f"指導事項 {task.origin_ref}"
    if task.origin is Origin.FLAG:
        name = task.origin_ref.split("/", 1)[0]
        return f"検査: {next((check.title for check in all_checks() if check.name == name), name)}"
    return "定期" if task.origin is Origin.DUTY else "審議会"
