"""Lives of the program that end by SIGKILL at a chosen passage of a chosen boundary; each a process of its own."""

import multiprocessing
import os
import resource
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from itertools import count
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from jobs.registry import runner_of
from jobs.scheduler import running
from notifications.transports.eml import EmlFolder
from notifications.transports.smtp import SmtpTransport
from notifications.transports.smtp_client import Connection
from tracker.office import open_office
from tracker.storage.outbox import Outbox
from tracker.storage.store import Records, Store

MORNING_JOBS = ("reminders", "delivery")
# Every life is forked from one process that has loaded the program and nothing else: no start-up to wait for.
_LIVES = multiprocessing.get_context("forkserver")
_LIVES.set_forkserver_preload([__name__])


class Boundary(StrEnum):
    """Where a life may end, in the order in which a letter passes."""

    QUEUE = "before the queue is committed"
    QUEUED = "after the queue is committed"
    CLAIM = "before the claim is committed"
    CLAIMED = "after the claim is committed"
    SENDING = "before a letter is sent"
    IN_THE_TEXT = "in the middle of a letter's text"
    TEXT_OUT = "after the text, before the answer is read"
    ANSWERED = "after the server's answer"
    RECORD = "before the record is committed"
    RECORDED = "after the record is committed"


def live_until(boundary: Boundary | None, passage: int, config: Path, data_dir: Path) -> int:
    """Take up whatever was left, remind and deliver; how the life ended: -9 when it came to the passage, 0 when it did not."""
    life = _LIVES.Process(target=_live, args=(boundary, passage, config, data_dir))
    life.start()
    life.join(timeout=120)
    assert life.exitcode is not None
    return life.exitcode


@contextmanager
def a_life_with_an_alarm_clock(config: Path, data_dir: Path) -> Iterator[BaseProcess]:
    """The scheduler with its two alarms, as `zesei serve` has it, until it is killed at the end of the `with`."""
    life = _LIVES.Process(target=_live_by_the_clock, args=(config, data_dir))
    life.start()
    try:
        yield life
    finally:
        life.kill()
        life.join(timeout=30)


def deliver_on_a_full_disk(config: Path, data_dir: Path) -> None:
    """One delivery during which the kernel refuses every byte of a mail's file, as a full disk would."""
    life = _LIVES.Process(target=_deliver_on_a_full_disk, args=(config, data_dir))
    life.start()
    life.join(timeout=60)
    assert life.exitcode == 0


def _deliver_on_a_full_disk(config: Path, data_dir: Path) -> None:
    send = EmlFolder.send

    def send_without_room(folder: EmlFolder, packed: Any, addresses: Sequence[str]) -> Any:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))  # of the mails alone: the database has a disk of its own
        try:
            return send(folder, packed, addresses)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    EmlFolder.send = send_without_room  # type: ignore[method-assign]
    office = open_office(config, data_dir)
    run = runner_of(office).run_by_hand("delivery", office.occasion("試験"))
    assert run.failures == {}


def _live(boundary: Boundary | None, passage: int, config: Path, data_dir: Path) -> None:
    office = open_office(config, data_dir)
    runner = runner_of(office)
    if boundary is not None:
        _die_at(boundary, passage)
    runner.resume(office.clock.now())  # the life before may have died in any job, not only in these
    runner.tick(office.clock.now(), MORNING_JOBS)


def _live_by_the_clock(config: Path, data_dir: Path) -> None:
    with running(runner_of(open_office(config, data_dir))):
        threading.Event().wait()


def _die_at(boundary: Boundary, passage: int) -> None:
    """From now on the process kills itself when it has come to that boundary so many times."""
    passages = count(1)

    def come_to(place: Boundary) -> None:
        if place is boundary and next(passages) == passage:
            os.kill(os.getpid(), signal.SIGKILL)

    _watch_transactions(come_to)
    _watch_sending(come_to)


def _watch_transactions(come_to: Callable[[Boundary], None]) -> None:
    """Tell a transaction by what is done in it."""
    done: list[tuple[Boundary, Boundary]] = []

    def noting(method: Callable[..., Any], before: Boundary, after: Boundary) -> Callable[..., Any]:
        def noted(outbox: Outbox, *arguments: Any) -> Any:
            found = method(outbox, *arguments)
            if found is None or found:  # a claim that finds nothing is none
                done.append((before, after))
            return found

        return noted

    Outbox.queue_all = noting(Outbox.queue_all, Boundary.QUEUE, Boundary.QUEUED)  # type: ignore[method-assign]
    Outbox.claim = noting(Outbox.claim, Boundary.CLAIM, Boundary.CLAIMED)  # type: ignore[method-assign]
    Outbox.record = noting(Outbox.record, Boundary.RECORD, Boundary.RECORDED)  # type: ignore[method-assign]
    whole = Store.transaction

    @contextmanager
    def transaction(store: Store, *patience: Any) -> Iterator[Records]:
        done.clear()
        with whole(store, *patience) as records:
            yield records
            for before, _ in done[:1]:
                come_to(before)
        for _, after in done[:1]:
            come_to(after)

    Store.transaction = transaction  # type: ignore[method-assign]


def _watch_sending(come_to: Callable[[Boundary], None]) -> None:
    sends, says = SmtpTransport.send, Connection.send

    def send(transport: SmtpTransport, packed: Any, addresses: Sequence[str]) -> Any:
        come_to(Boundary.SENDING)
        receipt = sends(transport, packed, addresses)
        come_to(Boundary.ANSWERED)
        return receipt

    def say(connection: Connection, text: str | bytes) -> None:
        if isinstance(text, str) or not text.endswith(b"\r\n.\r\n"):
            says(connection, text)
            return
        says(connection, text[: len(text) // 2])
        come_to(Boundary.IN_THE_TEXT)
        says(connection, text[len(text) // 2 :])
        come_to(Boundary.TEXT_OUT)

    SmtpTransport.send, Connection.send = send, say  # type: ignore[method-assign,assignment]
