"""An XML part fed to expat piece by piece: no entities, no endless tags, no endless kinds of names."""

from collections.abc import Callable, Iterator
from typing import NoReturn
from xml.parsers import expat

from tracker.registers.workbooks.package import Package

MOST_NAMES = 5_000  # of elements and attributes: expat keeps each for good
LONGEST_TAG = 1 << 20  # bytes: expat keeps a tag until it ends
DEEPEST = 100
ENCODINGS = ("utf-8", "utf-16", "us-ascii")
Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


class Names(dict[str, str]):
    """Names without their prefix, by the names as written."""

    def __missing__(self, name: str) -> str:
        plain = self[name] = name.rpartition(":")[2]
        return plain


class Markup:
    """One part, read once. The handlers get names as written; `names` takes their prefix off."""

    def __init__(self, package: Package, part: str, start: Start, end: End | None = None) -> None:
        self.package, self.part = package, part
        self.text = ""  # since the last start that cleared it
        parser = self._parser = expat.ParserCreate(intern={})
        parser.buffer_text, parser.buffer_size = True, 1 << 16
        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = self._refuse_entities
        parser.XmlDeclHandler = self._refuse_encoding

    def hear_text(self, handler: Callable[[str], None]) -> None:
        """Also tell of the text between tags, in pieces."""
        self._parser.CharacterDataHandler = handler

    def feed(self) -> Iterator[None]:
        """Read on, a piece at each step."""
        fed = 0
        for piece in self.package.pieces(self.part):
            self._parse(piece, is_last=False)
            fed += len(piece)
            if fed - self._parser.CurrentByteIndex > LONGEST_TAG:
                raise self.broken("が異常に大きなタグを含みます")
            if len(self._parser.intern) > MOST_NAMES:
                raise self.broken("が異常に多くの種類のタグを含みます")
            yield
        self._parse(b"", is_last=True)
        yield

    def read(self) -> None:
        """Read to the end."""
        for _ in self.feed():
            pass

    def broken(self, why: str) -> Exception:
        """The refusal of a workbook because of this part."""
        return self.package.broken(f"部品「{self.part[-60:]}」{why}")

    def _parse(self, piece: bytes, *, is_last: bool) -> None:
        try:
            self._parser.Parse(piece, is_last)
        except expat.ExpatError:
            raise self.broken("が壊れています") from None

    def _refuse_entities(self, *_: object) -> NoReturn:
        raise self.broken("に使えない宣言（DOCTYPE）があります")

    def _refuse_encoding(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in ENCODINGS:
            raise self.broken("の文字コードを読めません")
