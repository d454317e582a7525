"""The outbox: letters that are to go out, and what became of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, insert, or_, select, update

from tracker.domain.errors import CommandRefused
from tracker.domain.events import Event, Happened, Occasion
from tracker.storage.search import Entry, Search
from tracker.storage.search_entries import letter_entry
from tracker.storage.tables.letters import OutboxRow

_OUTBOX = OutboxRow.__table__  # type: ignore[attr-defined]
MAIL, WEBHOOK = "mail", "webhook"
FINAL = ("accepted", "refused", "bounced")


@dataclass(frozen=True)
class QueuedLetter:
    """A letter in the outbox. `key` is what it is about: the same letter is queued once.

    `answers` holds for each address {"outcome": accepted / refused / put-off / bounced, "words": the server's};
    `deadlines` are the facts of the calendar file that goes along (exports.deadline_calendar).
    """

    key: str
    kind: str
    department_code: str | None
    recipients: tuple[str, ...]
    copies: tuple[str, ...]
    subject: str
    body_text: str
    body_html: str
    message_id: str
    on_day: date
    queued_at: datetime
    id: int | None = None
    next_attempt_at: datetime | None = None
    attempts: int = 0
    accepted_at: datetime | None = None
    given_up_at: datetime | None = None
    withdrawn_at: datetime | None = None
    undelivered_at: datetime | None = None
    answer: str = ""
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    channel: str = MAIL
    addressee: str = ""
    deadlines: tuple[Mapping[str, Any], ...] = ()
    url: str = ""

    @property
    def unanswered(self) -> tuple[str, ...]:
        """The addresses that no server has given a last word on."""
        addresses = dict.fromkeys((*self.recipients, *self.copies))
        return tuple(a for a in addresses if self.answers.get(a, {}).get("outcome") not in FINAL)

    @property
    def refused(self) -> dict[str, str]:
        """The addresses that were refused or that it came back from, with the server's words."""
        return {a: told["words"] for a, told in self.answers.items() if told["outcome"] in ("refused", "bounced")}


_NAMES = [f.name for f in fields(QueuedLetter)]


@dataclass(frozen=True)
class Outbox:
    """Letters, within one transaction."""

    connection: Connection

    def has(self, key: str) -> bool:
        """Whether a letter about this was queued before."""
        return self.connection.execute(select(_OUTBOX.c.id).where(_OUTBOX.c.key == key)).first() is not None

    def keys_on(self, day: date) -> set[str]:
        """What all letters of a day are about."""
        return set(self.connection.execute(select(_OUTBOX.c.key).where(_OUTBOX.c.on_day == day)).scalars())

    def queue(self, letter: QueuedLetter) -> None:
        """Put a letter out."""
        self.queue_all([letter])

    def queue_all(self, letters: Sequence[QueuedLetter]) -> None:
        """Put letters out, all or none."""
        if letters:
            self.connection.execute(insert(_OUTBOX), [_row(letter) for letter in letters])
            Search(self.connection).enter(map(_entry, letters), are_new=True)

    def claim(
        self, now: datetime, lease: timedelta, limit: int, channels: Collection[str] = (MAIL, WEBHOOK)
    ) -> list[QueuedLetter]:
        """Take the letters that are to be tried now, the longest due first; until the lease ends nobody else takes them."""
        due = and_(_OUTBOX.c.next_attempt_at <= now, _OUTBOX.c.channel.in_(channels))
        ids = select(_OUTBOX.c.id).where(due).order_by(_OUTBOX.c.next_attempt_at, _OUTBOX.c.id).limit(limit)
        taken = list(self.connection.execute(ids.with_for_update(skip_locked=True)).scalars())
        if not taken:
            return []
        claimed = update(_OUTBOX).where(_OUTBOX.c.id.in_(taken)).values(next_attempt_at=now + lease)
        self.connection.execute(claimed)
        letters = {letter.id: letter for letter in self._select(_OUTBOX.c.id.in_(taken))}
        return [letters[number] for number in taken]

    def extend_lease(self, letters: Sequence[QueuedLetter], until: datetime) -> set[int]:
        """Hold on to letters that were claimed; the numbers of those that are still ours."""
        ours = set[int]()
        for letter in letters:
            held = and_(_OUTBOX.c.id == letter.id, _OUTBOX.c.next_attempt_at == letter.next_attempt_at)
            if self.connection.execute(update(_OUTBOX).where(held).values(next_attempt_at=until)).rowcount:
                ours.add(letter.id or 0)
        return ours

    def release(self, letters: Iterable[QueuedLetter], next_attempt_at: datetime) -> None:
        """Give back letters that were claimed and not tried; those that somebody else holds by now are left alone."""
        for letter in letters:
            held = and_(_OUTBOX.c.id == letter.id, _OUTBOX.c.next_attempt_at == letter.next_attempt_at)
            self.connection.execute(update(_OUTBOX).where(held).values(next_attempt_at=next_attempt_at))

    def bring_back(self, now: datetime, latest: datetime) -> None:
        """Try letters now whose next try lies later than any wait is long: the clock was ahead when it was set."""
        self.connection.execute(update(_OUTBOX).where(_OUTBOX.c.next_attempt_at > latest).values(next_attempt_at=now))

    def record(self, letter: QueuedLetter) -> None:
        """Store how an attempt went."""
        self.record_all([letter])

    def record_all(self, letters: Sequence[QueuedLetter]) -> None:
        """Store how the attempts of several letters went."""
        names = (
            "next_attempt_at",
            "attempts",
            "accepted_at",
            "given_up_at",
            "withdrawn_at",
            "undelivered_at",
            "answer",
        )
        rows = [
            {f"new_{name}": getattr(letter, name) for name in names}
            | {"new_answers": _plain(letter.answers), "known": letter.id}
            for letter in letters
        ]
        if rows:
            values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in (*names, "answers")}
            self.connection.execute(update(_OUTBOX).where(_OUTBOX.c.id == bindparam("known")).values(values), rows)

    def send_again(self, letter: QueuedLetter, occasion: Occasion) -> Event:
        """Have a letter tried anew for those it did not reach; the event that says so.

        Raises CommandRefused for a letter that reached everybody, waits already, or has no address.
        """
        reached = {a: told for a, told in letter.answers.items() if told["outcome"] == "accepted"}
        if letter.next_attempt_at is not None:
            raise CommandRefused("この通知は、もう送信待ちです。")
        if not (again := replace(letter, answers=reached)).unanswered:
            sentence = "この通知には宛先がありません。印刷して渡してください。"
            raise CommandRefused(
                sentence if not letter.recipients else "この通知は、すべての宛先で受け付けられています。"
            )
        waits = replace(
            again, next_attempt_at=occasion.at, attempts=0, given_up_at=None, withdrawn_at=None, undelivered_at=None
        )
        self.record(waits)
        return Event(Happened.LETTER_SENT_AGAIN, f"letter:{letter.key}", occasion, {"to": list(waits.unanswered)})

    def send_all_again(self, since: date, occasion: Occasion) -> list[Event]:
        """Have the letters that were given up from a day on tried anew; nothing of those that nobody could be tried for."""
        return [self.send_again(letter, occasion) for letter in self.given_up(since)]

    def given_up(self, since: date) -> list[QueuedLetter]:
        """Letters of a day or later that were tried, reached nobody, and are tried no more; the oldest first."""
        reached_nobody = _OUTBOX.c.given_up_at.is_not(None), _OUTBOX.c.accepted_at.is_(None), _OUTBOX.c.attempts > 0
        rest = _OUTBOX.c.next_attempt_at.is_(None), _OUTBOX.c.withdrawn_at.is_(None), _OUTBOX.c.on_day >= since
        return [letter for letter in self._select(*reached_nobody, *rest) if letter.recipients]

    def find(self, number: int) -> QueuedLetter | None:
        """One letter."""
        return next(iter(self._select(_OUTBOX.c.id == number)), None)

    def numbers_of(self, keys: Iterable[str]) -> dict[str, int]:
        """The numbers of letters, by what they are about."""
        query = select(_OUTBOX.c.key, _OUTBOX.c.id).where(_OUTBOX.c.key.in_(list(keys)))
        return {row[0]: row[1] for row in self.connection.execute(query)}

    def by_keys(self, keys: Iterable[str]) -> dict[str, QueuedLetter]:
        """Letters by what they are about."""
        return {letter.key: letter for letter in self._select(_OUTBOX.c.key.in_(list(keys)))}

    def by_message_id(self, message_id: str) -> QueuedLetter | None:
        """The mail of that Message-ID."""
        return next(iter(self._select(_OUTBOX.c.message_id == message_id, _OUTBOX.c.channel == MAIL)), None)

    def newest(self, limit: int, offset: int = 0) -> list[QueuedLetter]:
        """Letters, newest first."""
        query = select(*_COLUMNS).order_by(_OUTBOX.c.on_day.desc(), _OUTBOX.c.id.desc()).limit(limit).offset(offset)
        return [_as_letter(row) for row in self.connection.execute(query)]

    def troubled(self) -> list[QueuedLetter]:
        """Letters given up, refused for some address or come back from it, or tried without success so far."""
        failing = and_(_OUTBOX.c.accepted_at.is_(None), _OUTBOX.c.attempts > 0, _OUTBOX.c.withdrawn_at.is_(None))
        return self._select(or_(_OUTBOX.c.given_up_at.is_not(None), _OUTBOX.c.undelivered_at.is_not(None), failing))

    def waiting(self) -> list[QueuedLetter]:
        """Letters that are still to be tried."""
        return self._select(_OUTBOX.c.next_attempt_at.is_not(None))

    def to_go(self, now: datetime) -> set[int]:
        """The numbers of the letters that are due, or were tried in vain; not those that another process has at hand."""
        wait = or_(_OUTBOX.c.next_attempt_at <= now, _OUTBOX.c.attempts > 0)
        return set(
            self.connection.execute(select(_OUTBOX.c.id).where(_OUTBOX.c.next_attempt_at.is_not(None), wait)).scalars()
        )

    def gone(self, numbers: Collection[int]) -> set[int]:
        """Which of these have been accepted or withdrawn."""
        gone = or_(_OUTBOX.c.accepted_at.is_not(None), _OUTBOX.c.withdrawn_at.is_not(None))
        return set(self.connection.execute(select(_OUTBOX.c.id).where(_OUTBOX.c.id.in_(list(numbers)), gone)).scalars())

    def newest_id(self) -> int:
        """The number of the newest letter; 0 when there is none."""
        return int(self.connection.execute(select(func.max(_OUTBOX.c.id))).scalar_one() or 0)

    def since(self, number: int) -> list[QueuedLetter]:
        """The letters after a number, oldest first."""
        return self._select(_OUTBOX.c.id > number)

    def on_days(self, first: date, last: date, department_code: str | None = None) -> list[QueuedLetter]:
        """Letters of a period, of one department when one is given, oldest first."""
        own = [] if department_code is None else [_OUTBOX.c.department_code == department_code]
        return self._select(_OUTBOX.c.on_day.between(first, last), *own)

    def departments_to_print(self, day: date, *, only_unaddressed: bool) -> list[str | None]:
        """Whose mails of a day are to be printed: all that have one, or those that have one without an address."""
        query = select(_OUTBOX.c.department_code).where(*_printed(day, only_unaddressed)).distinct()
        return sorted(self.connection.execute(query).scalars(), key=lambda code: code or "")

    def to_print(self, day: date, department_code: str | None, *, only_unaddressed: bool) -> list[QueuedLetter]:
        """One department's mails of a day that are to be printed, oldest first."""
        own = _OUTBOX.c.department_code.is_not_distinct_from(department_code)
        return self._select(*_printed(day, only_unaddressed), own)

    def _select(self, *conditions: Any) -> list[QueuedLetter]:
        query = select(*_COLUMNS).where(*conditions).order_by(_OUTBOX.c.id)
        return [_as_letter(row) for row in self.connection.execute(query)]


def _entry(letter: QueuedLetter) -> Entry:
    addresses = (*letter.recipients, *letter.copies)
    return letter_entry(letter.key, letter.department_code, letter.subject, letter.addressee, addresses, letter.on_day)


def _printed(day: date, only_unaddressed: bool) -> list[ColumnElement[bool]]:
    conditions = [_OUTBOX.c.on_day == day, _OUTBOX.c.channel == MAIL]
    if only_unaddressed:  # given up when it was queued: there was nobody to try
        conditions += [_OUTBOX.c.given_up_at.is_not(None), _OUTBOX.c.attempts == 0]
    return conditions


_COLUMNS = [_OUTBOX.c[name] for name in _NAMES]
_LISTS = [_NAMES.index("recipients"), _NAMES.index("copies"), _NAMES.index("deadlines")]


def _as_letter(row: Any) -> QueuedLetter:
    values = list(row)
    for place in _LISTS:
        values[place] = tuple(values[place])
    return QueuedLetter(*values)


def _row(letter: QueuedLetter) -> dict[str, Any]:
    row = {name: getattr(letter, name) for name in _NAMES if name != "id"}
    return row | {
        "recipients": list(letter.recipients), "copies": list(letter.copies), "answers": _plain(letter.answers),
        "deadlines": list(letter.deadlines),
    }  # fmt: skip


def _plain(answers: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    return {address: dict(told) for address, told in answers.items()}
