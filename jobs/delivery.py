"""The delivery job: claims what waits in the outbox, sends it on one connection, records each recipient's answer."""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from jobs.channels import outgoing, transports_of
from jobs.runner import Work
from notifications.mail import HeaderRefused
from notifications.transports import Answer, Outcome, Packed, Receipt, SenderRefused, Transport, Unreachable
from tracker.domain.events import Event, Happened, Occasion
from tracker.domain.successions import lives_on
from tracker.office import Office
from tracker.storage.outbox import MAIL, WEBHOOK, QueuedLetter
from tracker.storage.store import Records
from tracker.storage.turns import RECORDS

SILENT_IN_A_ROW = 3  # after so many letters in a row that nobody answered, the channel's rest waits for the next run
NOT_NEEDED = "送る前に対応が済んだので、送りませんでした。"
ELSEWHERE = "送る前に対応がほかの課に引き継がれたので、送りませんでした。"
REMINDING = ("reminder", "escalation")


def deliver(work: Work) -> None:
    """Send everything that is to be tried now; a letter's trouble is recorded with it and holds up no other."""
    with delivery_of(work.office) as (transports, packer):
        round_ = Delivery(work, transports, packer)
        while letters := round_.claim():
            round_.send_all(letters)
    work.summary = round_.words()


@contextmanager
def delivery_of(office: Office) -> Iterator[tuple[dict[str, Transport], ThreadPoolExecutor]]:
    """The ways out, each opened for the length of a `with`, and a thread that packs ahead."""
    with ExitStack() as stack:
        transports = {name: stack.enter_context(way) for name, way in transports_of(office).items()}
        yield transports, stack.enter_context(ThreadPoolExecutor(1, "packing"))


@dataclass
class Delivery:
    """One run of the delivery: what was accepted, what was not, and which channels still answer."""

    work: Work
    transports: dict[str, Transport]
    packer: ThreadPoolExecutor
    accepted: int = 0
    troubled: int = 0
    silent: Counter[str] = field(default_factory=Counter)  # by channel: so many letters in a row
    shut: set[str] = field(default_factory=set)  # channels that are left alone for the rest of this run
    began: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.work.office.clock.now()

    @property
    def now(self) -> datetime:
        """The occasion's instant, moved on by what has passed since the run began."""
        return self.work.occasion.at + (self.work.office.clock.now() - self.began)

    def claim(self) -> list[QueuedLetter]:
        """The next letters, held by a lease; those that became needless meanwhile are withdrawn."""
        wanted, found = list[QueuedLetter](), True
        while found and not wanted:
            with self.work.office.store.transaction() as records:
                claimed = self._claim_some(records)
                withdrawn = self._withdraw_needless(records, claimed)
            wanted, found = [letter for letter in claimed if letter.id not in withdrawn], bool(claimed)
        return wanted

    def send_all(self, letters: Sequence[QueuedLetter]) -> None:
        """Send letters one after the other; each is recorded before the next one is sent."""
        packed, left = [self.packer.submit(self._pack, letter) for letter in letters], list[QueuedLetter]()
        for letter, parcel in zip(letters, packed, strict=True):
            if letter.channel in self.shut:
                left.append(letter)
            elif self._is_ours(letter):
                with self.work.part(f"通知 {letter.id}"):
                    self._send(letter, parcel)
        self._give_back(left)

    def words(self) -> str:
        """What the run did, for its record."""
        if not (self.accepted or self.troubled):
            return ""
        return f"送信 {self.accepted}通" + (f"、送信できず {self.troubled}通" if self.troubled else "")

    def _claim_some(self, records: Records) -> list[QueuedLetter]:
        mail, channels = self.work.office.settings.mail, self.transports.keys() - self.shut
        return records.outbox.claim(self.now, timedelta(minutes=mail.lease_minutes), mail.batch, channels)

    def _withdraw_needless(self, records: Records, claimed: Sequence[QueuedLetter]) -> set[int | None]:
        needless = _needless(records, claimed, self.work.office.clock.day_of(self.now))
        for letter, why in needless:
            withdrawn = replace(letter, next_attempt_at=None, withdrawn_at=self.now, answer=why)
            records.outbox.record(withdrawn)
            if letter.channel == MAIL:
                records.ledger.take_back_escalations(letter.key)
            records.events.append([_event(Happened.LETTER_WITHDRAWN, withdrawn, self.work.occasion)])
        return {letter.id for letter, _ in needless}

    def _pack(self, letter: QueuedLetter) -> Packed:
        return self.transports[letter.channel].pack(outgoing(letter, self.work.office, self.work.occasion))

    def _send(self, letter: QueuedLetter, parcel: "Future[Packed]") -> None:
        tried = replace(letter, attempts=letter.attempts + 1)
        try:
            receipt = self.transports[letter.channel].send(parcel.result(), letter.unanswered)
            self._heard(letter.channel, receipt)
        except HeaderRefused as refusal:
            receipt = dict.fromkeys(letter.unanswered, Answer(Outcome.REFUSED, str(refusal)))
        except Unreachable as trouble:
            self._heard_nothing(letter.channel, at_once=isinstance(trouble, SenderRefused))
            receipt = dict.fromkeys(letter.unanswered, Answer(Outcome.PUT_OFF, str(trouble)))
        after = self._after(tried, receipt)
        self.accepted += after.accepted_at is not None and letter.accepted_at is None
        self.troubled += after.accepted_at is None
        _record(self.work, letter, after)

    def _heard(self, channel: str, receipt: Receipt) -> None:
        """A mail server that puts a letter off has answered; of a webhook nobody can tell, it may be down."""
        if channel == WEBHOOK and all(one.outcome is Outcome.PUT_OFF for one in receipt.values()):
            self._heard_nothing(channel)
        else:
            self.silent[channel] = 0

    def _heard_nothing(self, channel: str, *, at_once: bool = False) -> None:
        self.silent[channel] += 1
        if at_once or self.silent[channel] >= SILENT_IN_A_ROW:
            self.shut.add(channel)

    def _after(self, letter: QueuedLetter, receipt: Receipt) -> QueuedLetter:
        """The letter with its recipients' answers, and when it is tried again for whom."""
        told = {address: {"outcome": str(one.outcome), "words": one.words} for address, one in receipt.items()}
        answers = {**letter.answers, **told}
        words = "、".join(dict.fromkeys(one["words"] for one in told.values()))
        after = replace(letter, answers=answers, answer=words, next_attempt_at=None)
        if any(one["outcome"] == Outcome.ACCEPTED for one in answers.values()):
            after = replace(after, accepted_at=letter.accepted_at or self.now)
        if after.unanswered:
            after = _put_off(after, self.work.office, self.now)
        if after.next_attempt_at is None and after.accepted_at is None:
            after = replace(after, given_up_at=self.now)
        if after.refused:
            after = replace(after, undelivered_at=letter.undelivered_at or self.now)
        return after

    def _is_ours(self, letter: QueuedLetter) -> bool:
        """Hold on to a letter whose lease has run down while others were sent; False when somebody else took it."""
        lease = timedelta(minutes=self.work.office.settings.mail.lease_minutes)
        if letter.next_attempt_at and self.now < letter.next_attempt_at - lease / 2:
            return True
        with self.work.office.store.transaction() as records:
            return bool(records.outbox.extend_lease([letter], self.now + lease))

    def _give_back(self, letters: Sequence[QueuedLetter]) -> None:
        """For the next run, and before those that were tried in this one."""
        if letters:
            self.troubled += len(letters)
            with self.work.office.store.transaction() as records:
                records.outbox.release(letters, self.now)


def _needless(records: Records, letters: Sequence[QueuedLetter], on_day: date) -> list[tuple[QueuedLetter, str]]:
    """Reminders and escalations of which no task waits for the department they are written to any more, and why."""
    reminding = [letter for letter in letters if letter.kind in REMINDING and letter.accepted_at is None]
    if not reminding:
        return []
    keys = {letter.key: letter.key.partition("@")[0] for letter in reminding}
    about = records.ledger.tasks_of_letters(set(keys.values()))
    tasks = records.tasks.by_keys({key for keys_ in about.values() for key in keys_})
    living = {one.code for one in records.departments(on_day) if lives_on(one, on_day)}
    found = list[tuple[QueuedLetter, str]]()
    for letter in reminding:
        noted = about.get(keys[letter.key], [])
        waiting = [tasks[key] for key in noted if key in tasks and tasks[key].waits_for_department]
        if noted and all(task.department_code in living - {letter.department_code} for task in waiting):
            found.append((letter, ELSEWHERE if waiting else NOT_NEEDED))
    return found


def _put_off(letter: QueuedLetter, office: Office, now: datetime) -> QueuedLetter:
    """The letter with its next try, or given up when it was tried for so many of the office's open days."""
    waits, most = office.settings.mail.back_off_minutes, office.settings.mail.give_up_open_days
    day = office.clock.day_of
    if office.calendar.open_days_since(day(_waits_since(letter, office)), day(now)) > most:
        given_up = {
            address: {**letter.answers[address], "outcome": str(Outcome.REFUSED)} for address in letter.unanswered
        }
        return replace(letter, answers={**letter.answers, **given_up})
    wait = waits[min(letter.attempts, len(waits)) - 1]
    return replace(letter, next_attempt_at=now + timedelta(minutes=wait))


def _waits_since(letter: QueuedLetter, office: Office) -> datetime:
    """When the letter was queued, or the last time that somebody had it sent again."""
    with office.store.reading() as records:
        entries = records.events.about(f"letter:{letter.key}")
    again = [entry.at for entry in entries if entry.kind == Happened.LETTER_SENT_AGAIN]
    return max([letter.queued_at, *again])


def _record(work: Work, before: QueuedLetter, after: QueuedLetter) -> None:
    # The server's answer is a fact: whoever writes for long is waited for, or the letter would go out again.
    with work.office.store.transaction(RECORDS) as records:
        work.got_on(records)
        records.outbox.record(after)
        if after.accepted_at and not before.accepted_at:
            records.events.append([_event(Happened.LETTER_ACCEPTED, after, work.occasion)])
        elif after.given_up_at:
            records.events.append([_event(Happened.LETTER_GIVEN_UP, after, work.occasion)])


def _event(kind: Happened, letter: QueuedLetter, occasion: Occasion) -> Event:
    facts = {"attempts": letter.attempts, "answer": letter.answer, "kind": letter.kind}
    return Event(kind, f"letter:{letter.key}", occasion, facts)
