"""A register file from wherever another system has it: a file itself, never what a link points to, or an answer of a server."""

import os
import socket
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import IO, Any
from urllib.parse import urlsplit

from notifications.transports.network import reason
from tracker.domain.errors import InputRefused, why
from tracker.files.durable import whole_file
from tracker.settings import Settings

PER_CHUNK = 1 << 16
MB = 1024 * 1024
NO_FILE = "「{name}」はファイルではないので（リンク、フォルダー、パイプなど）、受け取りません。ファイルそのものを置いてください。"
LARGE = "「{name}」は上限 {limit} MB を超えるので、受け取りません。設定 limits.file_mb で上限を変えられます。"
SLOW = "「{name}」は {seconds:g} 秒たっても送り終わりません。相手のシステムを確かめてください（設定 intake.whole_seconds）。"
BROKEN = "「{name}」から受け取れません（{reason}）。相手のシステムと、設定 intake.addresses を確かめてください。"
CUT = "送り終わる前に切れました"


def copy_left(path: Path, target: Path, settings: Settings) -> None:
    """Copy a file that was left in a folder; InputRefused for what is none, or too large, before a byte is copied."""
    limit = settings.limits.file_mb
    with regular_file(path) as original:
        facts = os.fstat(original.fileno())
        if facts.st_size > limit * MB:
            raise InputRefused(LARGE.format(name=path.name, limit=limit))
        with whole_file(target) as copy:
            _pour(iter(lambda: original.read(PER_CHUNK), b""), copy, path.name, limit)
    os.utime(target, ns=(facts.st_atime_ns, facts.st_mtime_ns))


@contextmanager
def regular_file(path: Path) -> Iterator[IO[bytes]]:
    """A file opened for reading that is one: InputRefused for a link, a pipe, a device, a folder; never waits."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        refuse_no_file(path, path.lstat())
        handle = os.open(path, flags)  # of what was put in its place meanwhile, no link is followed
    except OSError as trouble:
        raise InputRefused(f"「{path.name}」を開けません（{why(trouble)}）。") from None
    with os.fdopen(handle, "rb") as file:
        refuse_no_file(path, os.fstat(handle))
        yield file


def refuse_no_file(path: Path, facts: os.stat_result) -> None:
    """Raise InputRefused for a link, a pipe, a device, a folder."""
    if not stat.S_ISREG(facts.st_mode):
        raise InputRefused(NO_FILE.format(name=path.name))


def fetch(url: str, target: Path, settings: Settings) -> None:
    """Fetch a file within a whole time and size; no redirects, no proxies; of half a file nothing is left."""
    import httpx

    shown, seconds = shown_address(url), settings.intake.whole_seconds
    with _last_moment(seconds) as moment:
        try:
            with whole_file(target) as draft:
                _receive(draft, url, moment, settings)
                if moment.is_over:  # an answer without a length ends where it is cut
                    raise InputRefused(SLOW.format(name=shown, seconds=seconds))
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as trouble:
            if moment.is_over:
                raise InputRefused(SLOW.format(name=shown, seconds=seconds)) from None
            raise InputRefused(BROKEN.format(name=shown, reason=reason(trouble, CUT))) from None


def _receive(draft: IO[bytes], url: str, moment: "_Moment", settings: Settings) -> None:
    import httpx

    how = {"headers": {"Accept-Encoding": "identity"}, "extensions": {"trace": moment.note_line}}
    with (
        httpx.Client(timeout=settings.intake.timeout_seconds, trust_env=False) as client,
        client.stream("GET", url, **how) as answer,  # type: ignore[arg-type]
    ):
        if answer.status_code != httpx.codes.OK:
            raise InputRefused(f"「{shown_address(url)}」が {answer.status_code} を返しました。")
        _pour(answer.iter_raw(), draft, shown_address(url), settings.limits.file_mb)


def _pour(chunks: Iterable[bytes], draft: IO[bytes], name: str, limit: int) -> None:
    received = 0
    for chunk in chunks:
        received += len(chunk)
        if received > limit * MB:
            raise InputRefused(LARGE.format(name=name, limit=limit))
        draft.write(chunk)


def shown_address(url: str) -> str:
    """An address as people may read it: without the name and password in it, and without what is asked behind a ?."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


class _Moment:
    """The moment at which a line is cut, whatever it is waiting for; a byte now and then keeps no line open."""

    def __init__(self, seconds: float) -> None:
        self._last = time.monotonic() + seconds
        self._line: socket.socket | None = None

    @property
    def is_over(self) -> bool:
        """Whether it has come."""
        return time.monotonic() >= self._last

    def note_line(self, event: str, facts: Mapping[str, Any]) -> None:
        """Told by the client of each step; of a line that was opened (then wrapped in TLS), the newest is cut."""
        ask = getattr(facts.get("return_value"), "get_extra_info", None)
        if event.endswith(".complete") and ask is not None:
            self._line = ask("socket")
            if self.is_over:
                self.cut()

    def cut(self) -> None:
        """End the line under whoever reads from it."""
        if self._line is not None:
            with suppress(OSError):
                socket.socket.shutdown(self._line, socket.SHUT_RDWR)  # of TLS, the line below it


@contextmanager
def _last_moment(seconds: float) -> Iterator[_Moment]:
    moment = _Moment(seconds)
    timer = Timer(seconds, moment.cut)
    timer.daemon = True
    timer.start()
    try:
        yield moment
    finally:
        timer.cancel()
