"""zesei serve: the pages and the scheduler in one process."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn

from jobs.checking import refuse_unknown_check_settings, write_catalogue
from jobs.registry import runner_of
from jobs.scheduler import only_process, running
from notifications.letters.stationery import Stationery
from tracker.cli.frame import tell
from tracker.domain.errors import CommandRefused
from tracker.office import Office
from tracker.web.app import create_answer_app, create_app

LOCAL = ("127.0.0.1", "localhost", "::1")


def serve_office(office: Office, host: str | None, port: int | None) -> None:
    """Serve until told to stop. Without sign-in, so only to this machine."""
    host, port = host or office.settings.web.host, port or office.settings.web.port
    if host not in LOCAL:
        raise CommandRefused(
            f"「{host}」では待ち受けません。利用者の認証がない今の版では、127.0.0.1 だけで動かしてください。"
        )
    refuse_unknown_check_settings(office.settings)
    for trouble in Stationery(office.settings.letters.folder).check():
        tell(f"文面の差替えに誤りがあるので、もとの文面を使います。{trouble}")
    write_catalogue(office.store)
    _refuse_taken_port(host, port)
    with only_process(office.data_dir), _answer_pages(office), running(runner_of(office)):
        tell(f"http://{host}:{port}/ をブラウザーで開いてください。止めるには Ctrl+C を押します。")
        app = create_app(office)
        app.state.uploads.take_up_again()
        uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False)


@contextmanager
def _answer_pages(office: Office) -> Iterator[None]:
    """For the length of a `with`, the pages that need no sign-in alone, where departments reach them."""
    settings = office.settings.answers
    if not (settings.enabled and settings.host):
        yield
        return
    _refuse_taken_port(settings.host, settings.port)
    config = uvicorn.Config(
        create_answer_app(office), settings.host, settings.port, log_level="warning", access_log=False
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, name="answer pages")
    thread.start()
    if not office.settings.web.address:
        tell("注意: 設定 web.address がないので、通知に回答のリンクは載りません。")
    tell(f"所管課の回答のページを http://{settings.host}:{settings.port}/ で開いています。")
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


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
