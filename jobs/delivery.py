"""The delivery job: claims what waits in the outbox, sends it on one connection, records how each attempt went."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta

from jobs.runner import Work
from notifications.letters.letter import Letter
from notifications.mail import HeaderRefused
from notifications.transports import DeliveryFailed, Outcome, Outgoing, Transport
from notifications.transports.eml import EmlFolder
from notifications.transports.smtp import SmtpServer, SmtpTransport
from tracker.domain.events import Event, Happened, Occasion
from tracker.office import Office
from tracker.storage.outbox import QueuedLetter

MAIL_FOLDER = "mail"


def deliver(work: Work) -> None:
    """Send everything that is to be tried now; a letter's trouble is recorded with it and holds up no other."""
    office, now = work.office, work.occasion.at
    accepted = troubled = 0
    with transport_of(office) as transport:
        while letters := _claim(office, now):
            for letter in letters:
                with work.part(f"通知 {letter.id}"):
                    after = attempt(transport, letter, office, work.occasion)
                    _record(office, after, work.occasion)
                    accepted += after.accepted_at is not None
                    troubled += after.accepted_at is None
    if accepted or troubled:
        work.summary = f"送信 {accepted}通" + (f"、送信できず {troubled}通" if troubled else "")


def transport_of(office: Office) -> AbstractContextManager[Transport]:
    """The mail server when one is set, else the folder DIR/mail."""
    smtp = office.settings.smtp
    if smtp is None:
        return EmlFolder(office.data_dir / MAIL_FOLDER)
    password = smtp.password.get_secret_value() if smtp.password else None
    return SmtpTransport(SmtpServer(smtp.host, smtp.port, smtp.security, smtp.user, password, smtp.timeout_seconds))


def attempt(transport: Transport, letter: QueuedLetter, office: Office, occasion: Occasion) -> QueuedLetter:
    """One try: the letter as it stands after it."""
    tried = replace(letter, attempts=letter.attempts + 1)
    try:
        packed = transport.pack(_message(letter, office, occasion))
        receipt = transport.send(packed, packed.addresses)
    except HeaderRefused as refusal:
        return replace(tried, next_attempt_at=None, given_up_at=occasion.at, answer=str(refusal))
    except DeliveryFailed as trouble:
        return _put_off(tried, str(trouble), office, occasion.at)
    words = {outcome: [each.words for each in receipt.values() if each.outcome is outcome] for outcome in Outcome}
    refused = {to: each.words for to, each in receipt.items() if each.outcome is not Outcome.ACCEPTED}
    if words[Outcome.ACCEPTED]:
        answer = words[Outcome.ACCEPTED][0]
        return replace(tried, next_attempt_at=None, accepted_at=occasion.at, answer=answer, refused=refused)
    if words[Outcome.PUT_OFF]:
        return _put_off(tried, "、".join(words[Outcome.PUT_OFF]), office, occasion.at)
    answer = "、".join(words[Outcome.REFUSED])
    return replace(tried, next_attempt_at=None, given_up_at=occasion.at, answer=answer, refused=refused)


def _message(letter: QueuedLetter, office: Office, occasion: Occasion) -> Outgoing:
    return Outgoing(
        Letter(letter.subject, letter.body_text, letter.body_html), sender=office.settings.mail.sender,
        to=tuple(letter.recipients), cc=tuple(letter.copies), message_id=letter.message_id, kind=letter.kind,
        on=letter.on_day, at=occasion.at.astimezone(office.clock.zone),
    )  # fmt: skip


def _put_off(letter: QueuedLetter, trouble: str, office: Office, now: datetime) -> QueuedLetter:
    waits = office.settings.mail.back_off_minutes
    if letter.attempts > len(waits):
        return replace(letter, next_attempt_at=None, given_up_at=now, answer=trouble)
    wait = timedelta(minutes=waits[letter.attempts - 1])
    return replace(letter, next_attempt_at=now + wait, answer=trouble)


def _claim(office: Office, now: datetime) -> list[QueuedLetter]:
    mail = office.settings.mail
    with office.store.transaction() as records:
        return records.outbox.claim(now, timedelta(minutes=mail.lease_minutes), mail.batch)


def _record(office: Office, letter: QueuedLetter, occasion: Occasion) -> None:
    with office.store.transaction() as records:
        records.outbox.record(letter)
        facts = {"attempts": letter.attempts, "answer": letter.answer, "kind": letter.kind}
        if letter.accepted_at:
            records.events.append([Event(Happened.LETTER_ACCEPTED, f"letter:{letter.key}", occasion, facts)])
        elif letter.given_up_at:
            records.events.append([Event(Happened.LETTER_GIVEN_UP, f"letter:{letter.key}", occasion, facts)])
