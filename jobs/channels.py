"""The ways out of this office: its mail server or the folder DIR/mail, and its webhooks."""

from notifications.letters.letter import Letter
from notifications.transports import Outgoing, Transport
from notifications.transports.eml import EmlFolder
from notifications.transports.smtp import SmtpServer, SmtpTransport
from tracker.domain.events import Occasion
from tracker.exports.deadline_calendar import letter_calendar
from tracker.office import Office
from tracker.secrets.letters import for_reader
from tracker.storage.outbox import MAIL, WEBHOOK, QueuedLetter

MAIL_FOLDER = "mail"


def transports_of(office: Office) -> dict[str, Transport]:
    """Each channel's transport, not yet opened; webhooks only where the office has some."""
    ways: dict[str, Transport] = {MAIL: mail_transport(office)}
    if office.settings.webhooks.to:
        ways[WEBHOOK] = _webhooks(office)
    return ways


def mail_transport(office: Office) -> Transport:
    """The mail server when one is set, else the folder DIR/mail."""
    smtp = office.settings.smtp
    if smtp is None:
        return EmlFolder(office.data_dir / MAIL_FOLDER)
    password = smtp.password.get_secret_value() if smtp.password else None
    return SmtpTransport(SmtpServer(smtp.host, smtp.port, smtp.security, smtp.user, password, smtp.timeout_seconds))


def _webhooks(office: Office) -> Transport:
    from notifications.transports.webhook import Webhook, WebhookTransport  # httpx: 7 MB that few offices need

    settings = office.settings.webhooks
    hooks = {hook.name: Webhook(hook.name, hook.url, hook.format) for hook in settings.to}
    return WebhookTransport(hooks, frozenset(settings.allowed), settings.timeout_seconds)


def outgoing(letter: QueuedLetter, office: Office, occasion: Occasion) -> Outgoing:
    """A letter of the outbox as a transport takes it: here it gets its reader's secret links."""
    mail = office.settings.mail
    with office.store.reading() as records:
        letter = for_reader(records, office, letter)
    return Outgoing(
        letter=Letter(letter.subject, letter.body_text, letter.body_html), sender=mail.sender, to=letter.recipients,
        cc=letter.copies, message_id=letter.message_id, kind=letter.kind, on=letter.on_day,
        at=occasion.at.astimezone(office.clock.zone), bounces_to=mail.bounces_to or "", calendar=letter_calendar(
            letter.deadlines, letter.addressee, letter.queued_at, mail.domain
        ),
        url=letter.url, department=letter.addressee,
    )  # fmt: skip
