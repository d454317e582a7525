"""What went wrong on the network, in Japanese; and how long an answer may take, however slowly it drips."""

import errno
import socket
import ssl
import time
from collections.abc import Iterator

_WHOLE_MESSAGE = 3
_NO_WAY = "サーバまで届く経路がありません"
_UNROUTED = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN)
_CERTIFICATE = {
    9: "有効期間がまだ始まっていません",
    10: "有効期限が切れています",
    18: "自己署名証明書です",
    19: "信頼する発行元ではありません",
    20: "信頼する発行元ではありません",
    62: "サーバ名が証明書と違います",
    64: "IP アドレスが証明書と違います",
}
_TROUBLES: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (TimeoutError, "時間内に応答がありません"),
    (ConnectionRefusedError, "接続を拒否されました"),
    (socket.gaierror, "サーバ名が見つかりません"),
    ((ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError), "接続が切れました"),
    (ssl.SSLError, "暗号化した通信を始められません"),
    (UnicodeError, "設定に使えない値があります"),
)


class Patience:
    """How long to wait: `seconds` for one answer, three times as long for everything one message needs."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.begin_message()

    def begin_message(self) -> None:
        """The time for a whole message starts anew."""
        self._last = time.monotonic() + _WHOLE_MESSAGE * self._seconds
        self.begin_answer()

    def begin_answer(self) -> None:
        """The time for one answer starts anew, within that of the message."""
        self._until = min(time.monotonic() + self._seconds, self._last)

    def left(self) -> float:
        """Seconds left for this answer, always more than none; TimeoutError when it is over."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("no answer in time")
        return left


def reason(failure: BaseException, otherwise: str) -> str:
    """The trouble in a few words that fit between brackets; `otherwise` when neither it nor its causes are known."""
    for each in _causes(failure):
        if isinstance(each, ssl.SSLCertVerificationError):
            return f"証明書を確かめられません: {_CERTIFICATE.get(each.verify_code, f'検証コード {each.verify_code}')}"
        for kinds, words in _TROUBLES:
            if isinstance(each, kinds):
                return words
        if isinstance(each, OSError) and each.errno:
            return _NO_WAY if each.errno in _UNROUTED else f"通信の誤り: {errno.errorcode.get(each.errno, each.errno)}"
    return otherwise


def _causes(failure: BaseException) -> Iterator[BaseException]:
    """The failure, then what it was raised from, down to the first."""
    if isinstance(failure, BaseExceptionGroup):
        for each in failure.exceptions:
            yield from _causes(each)
    else:
        yield failure
    cause = failure.__cause__ or failure.__context__
    if cause is not None:
        yield from _causes(cause)
