"""A reader for the plain PDFs that are printed here: every sign with its place, page by page."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)\nendstream", re.DOTALL)
_SHOWN = re.compile(rb"1 0 0 -1 (\S+) (\S+) cm.*?/f0 (\S+) Tf.*?Tm(.*?)T[jJ]\nET", re.DOTALL)
_PART = re.compile(rb"<([0-9A-F]+)>|\\([0-7]{1,3}|.)|([()])|([^()\\<]+|<)", re.DOTALL)
_CONTROLS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@dataclass(frozen=True)
class Sign:
    """One character with its place in points from the left and the bottom, and the size of its font."""

    character: str
    x: float
    y: float
    size: float


class Pdf:
    """A PDF taken apart."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._objects = {int(number): body for number, body in _OBJECT.findall(content)}
        meanings = next(stream for stream in map(self._stream, self._objects) if b"beginbfchar" in stream)
        pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>", meanings.split(b"endcodespacerange")[1])
        self._meaning = {int(code, 16): bytes.fromhex(to.decode()).decode("utf-16-be") for code, to in pairs}
        widths = re.search(rb"/DW (\d+).*?/W\[([^\]]*)\]", content, re.DOTALL)
        assert widths
        self._default = int(widths[1])
        numbers = list(map(int, widths[2].split()))
        self._widths = {
            code: wide
            for first, last, wide in zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True)
            for code in range(first, last + 1)
        }

    def pages(self) -> list[list[Sign]]:
        """The signs of each page, as they are drawn."""
        leaves = [body for body in self._objects.values() if b"/Type/Page/" in body]
        contents = [re.search(rb"/Contents (\d+) 0 R", body) for body in leaves]
        return [list(self._signs(self._stream(int(content[1])))) for content in contents if content]

    def _signs(self, drawing: bytes) -> Iterator[Sign]:
        for x, y, size, shown in _SHOWN.findall(drawing):
            at = float(x)
            for plain in _strings(shown):
                for high, low in zip(plain[::2], plain[1::2], strict=True):
                    code = high << 8 | low
                    yield Sign(self._meaning[code], at, float(y), float(size))
                    at += self._widths.get(code, self._default) * float(size) / 1000

    def _stream(self, number: int) -> bytes:
        found = _STREAM.search(self._objects[number])
        return zlib.decompress(found[1]) if found and b"/FlateDecode" in self._objects[number] else b""


def _strings(shown: bytes) -> Iterator[bytes]:
    """The strings in hex or between brackets; brackets inside one are escaped or come in pairs."""
    depth, plain = 0, b""
    for hexadecimal, escape, bracket, others in _PART.findall(shown):
        if hexadecimal and not depth:
            yield bytes.fromhex(hexadecimal.decode())
        depth -= bracket == b")"
        if depth:
            plain += (b"<" + hexadecimal + b">" if hexadecimal else b"") + bracket + others + _unescaped(escape)
        elif bracket == b")":
            yield plain
            plain = b""
        depth += bracket == b"("


def _unescaped(escape: bytes) -> bytes:
    return bytes([int(escape, 8)]) if escape[:1].isdigit() else _CONTROLS.get(escape, escape)
