"""zesei serve: the pages and the scheduler in one process."""

import os
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from threading import Thread, Timer, current_thread, main_thread
from typing import Any

from jobs import memory
from jobs.checking import refuse_unknown_check_settings, write_catalogue
from jobs.inspection import leftovers_put_right
from jobs.orderly_end import forgive_orderly_end, noting_orderly_end
from jobs.registry import runner_of
from jobs.runner import Runner
from jobs.scheduler import only_process, running
from jobs.words.failures import log_what_is_known_in_a_line
from notifications.letters.stationery import Stationery
from tracker.authorities import refuse_missing_parts
from tracker.cli.frame import tell
from tracker.domain.errors import CommandRefused
from tracker.files.trail_end import kept_end
from tracker.office import Office
from tracker.secrets.office_key import office_secret
from tracker.storage.trail_witnesses import refuted
from tracker.web.app import create_answer_app, create_app
from tracker.web.setup import SetupCode
from tracker.web.shell.server import serve, server_of
from tracker.web.visit import ShownAccount

LOCAL = ("127.0.0.1", "localhost", "::1")
EVERYWHERE = ("0.0.0.0", "::")
PAGES_GRACE = 5  # seconds for answers that are on their way, however slowly they are taken
NO_NAME = "注意: 設定 web.address に、利用者が開くアドレスを書いてください。書くまで、ほかの機械からは開けません。"
PLAIN = (
    "注意: この機械の外からも、暗号化しない http で開けます。パスワードが庁内のネットワークを平文で流れるので、"
    "リバースプロキシで https にし、設定 web.https を true にすることを勧めます。"
)


def serve_office(office: Office, host: str | None, port: int | None, shown: Sequence[ShownAccount] = ()) -> None:
    """Serve until told to stop; `shown` are the accounts of an example office, which only this machine may enter."""
    host, port = host or office.settings.web.host, port or office.settings.web.port
    if shown and host not in LOCAL:
        raise CommandRefused(f"「{host}」では待ち受けません。お試し用の事務所は、127.0.0.1 だけで動かしてください。")
    office = _reached_at(office, host, port)
    refuse_unknown_check_settings(office.settings)
    refuse_missing_parts(office.settings)
    for trouble in Stationery(office.settings.letters.folder).check():
        tell(f"文面の差替えに誤りがあるので、もとの文面を使います。{trouble}")
    log_what_is_known_in_a_line()
    write_catalogue(office.store)
    office_secret(office.data_dir)  # refused here, not at the first page
    _refuse_taken_port(host, port)
    setup = SetupCode()
    _tell_lost_entries(office)
    with (
        _ended_in_order(office), only_process(office) as lease, leftovers_put_right(office), noting_orderly_end(office),
        _answer_pages(office),
        running(_runner_of(office), lease),
    ):  # fmt: skip
        _tell_where(office, host, port, setup)
        app = create_app(office, setup, shown)
        app.state.uploads.folder.clear_laid_out()
        app.state.uploads.take_up_again()
        memory.settle()
        serve(server_of(app, host, port, office.settings.web, PAGES_GRACE))


def _runner_of(office: Office) -> Runner:
    """The runner, once it is known whether the last process died."""
    forgive_orderly_end(office)
    return runner_of(office)


@contextmanager
def _ended_in_order(office: Office) -> Iterator[None]:
    """A supervisor's SIGTERM ends the program as Ctrl+C does: what is at work is finished first, if it is soon.

    uvicorn closes its pages and then raises the signal again, which by itself would end the process on the spot.
    A terminal that is closed (SIGHUP) ends nothing.
    """
    if current_thread() is not main_thread():
        yield
        return
    longest = office.settings.timetable.grace_seconds + 2 * PAGES_GRACE
    told: dict[str, Any] = {"SIGTERM": partial(_end, longest), "SIGHUP": signal.SIG_IGN}
    answers = {getattr(signal, name): to for name, to in told.items() if hasattr(signal, name)}
    before = {number: signal.signal(number, to) for number, to in answers.items()}
    try:
        yield
    finally:
        for number, to in before.items():
            signal.signal(number, to)


def _end(longest: float, _number: int, _frame: object) -> None:
    """End soon: whatever does not let go of the program by then is left as it is."""
    guard = Timer(longest, os._exit, (0,))
    guard.daemon = True
    guard.start()
    raise SystemExit(0)


def _reached_at(office: Office, host: str, port: int) -> Office:
    """The office with the host and port that hold for this run, under which its pages answer."""
    web = office.settings.web.model_copy(update={"host": host, "port": port})
    return replace(office, settings=office.settings.model_copy(update={"web": web}))


def _tell_lost_entries(office: Office) -> None:
    """A trail that no longer reaches its own witnesses is told at every start, until somebody has looked."""
    with office.store.reading() as records:
        for sentence in refuted(records.connection, kept_end(office.data_dir)):
            tell(sentence)


def _tell_where(office: Office, host: str, port: int, setup: SetupCode) -> None:
    name = "127.0.0.1" if host in EVERYWHERE else f"[{host}]" if ":" in host else host
    here = f"http://{name}:{port}"
    with office.store.reading() as records:
        is_empty = records.accounts.is_empty()
    if host not in LOCAL and not office.settings.web.https:
        tell(PLAIN)
    if host in EVERYWHERE and not office.settings.web.address:
        tell(NO_NAME)
    if is_empty:
        tell(
            f"はじめに {here}/setup/{setup.renew()} をブラウザーで開き、最初の管理者を登録してください（1回だけ使えます）。"
        )
    else:
        tell(f"{here}/ をブラウザーで開いてください。")
    tell("止めるには Ctrl+C を押します。")


@contextmanager
def _answer_pages(office: Office) -> Iterator[None]:
    """For the length of a `with`, the pages that need no sign-in alone, where departments reach them."""
    settings = office.settings.answers
    if not (settings.enabled and settings.host):
        yield
        return
    _refuse_taken_port(settings.host, settings.port)
    server = server_of(create_answer_app(office), settings.host, settings.port, office.settings.web, PAGES_GRACE)
    thread = Thread(target=server.run, name="answer pages", daemon=True)
    thread.start()
    if not office.settings.web.address:
        tell("注意: 設定 web.address がないので、通知に回答のリンクは載りません。")
    tell(f"所管課の回答のページを http://{settings.host}:{settings.port}/ で開いています。")
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(2 * PAGES_GRACE)


def _refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise CommandRefused(
                f"ポート {port} は使われています。--port で別の番号を指定してください（例: --port {port + 1}）。"
            ) from None
