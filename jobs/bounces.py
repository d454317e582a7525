"""The bounce job: mail that came back is marked on the letter it belongs to."""

from collections.abc import Sequence
from dataclasses import replace
from email.utils import parseaddr

from jobs.runner import Work
from notifications.transports.bounces import Bounce, BounceMailbox, MailboxUnreachable, read_bounces
from tracker.domain.events import Event, Happened, Occasion
from tracker.office import Office
from tracker.storage.outbox import QueuedLetter


def read_bounce_mailbox(work: Work) -> None:
    """Read what came back since the last time; without a mailbox in the settings there is nothing to do."""
    mailbox = bounce_mailbox(work.office)
    if mailbox is None:
        return
    try:
        summary = read_bounces(mailbox, lambda bounces: record_bounces(work.office, bounces, work.occasion))
    except MailboxUnreachable as trouble:
        work.failures["戻りメールの受信箱"] = str(trouble)
        return
    if summary.read:
        work.summary = f"戻りメール {summary.bounced}件（読んだもの {summary.read}件）"


def bounce_mailbox(office: Office) -> BounceMailbox | None:
    """The mailbox that undeliverable mail comes back to, when the office has one."""
    settings = office.settings.bounces
    if settings is None:
        return None
    return BounceMailbox(
        host=settings.host, port=settings.port, security=settings.security, user=settings.user,
        password=settings.password.get_secret_value(), folder=settings.folder, timeout_seconds=settings.timeout_seconds,
    )  # fmt: skip


def record_bounces(office: Office, bounces: Sequence[Bounce], occasion: Occasion) -> None:
    """Mark letters as come back; the same bounce a second time changes nothing, nor does one of somebody else's mail."""
    with office.store.transaction() as records:
        for bounce in bounces:
            letter = records.outbox.by_message_id(bounce.message_id)
            if letter is None or not bounce.is_permanent or (marked := _marked(letter, bounce, occasion)) is None:
                continue
            records.outbox.record(marked)
            facts = {"address": bounce.address, "status": bounce.status, "answer": bounce.words}
            records.events.append([Event(Happened.LETTER_BOUNCED, f"letter:{letter.key}", occasion, facts)])


def _marked(letter: QueuedLetter, bounce: Bounce, occasion: Occasion) -> QueuedLetter | None:
    """The letter with the bounce on it; None when it is marked already or was never sent to that address."""
    sent_to = {parseaddr(written)[1].casefold(): written for written in (*letter.recipients, *letter.copies)}
    address = sent_to.get(bounce.address.casefold())
    if address is None or letter.answers.get(address, {}).get("outcome") == "bounced":
        return None
    told = {"outcome": "bounced", "words": bounce.words or bounce.status}
    return replace(
        letter, answers={**letter.answers, address: told}, undelivered_at=letter.undelivered_at or occasion.at
    )
