"""A ZIP file that is the same whenever it is made of the same, with the SHA-256 of each file in it."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MANIFEST, SUMS = "manifest.json", "manifest.sha256"
LONGEST_NAME = 120  # bytes of UTF-8: with its folders it stays below what any system takes
_TIME = (1980, 1, 1, 0, 0, 0)  # the first one that a ZIP file can hold
_NOT_IN_NAMES = re.compile(
    r"[\x00-\x1f\x7f-\x9f\\/:*?\"<>|\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_RESERVED = re.compile(r"\A(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|COM[0-9¹²³]|LPT[0-9¹²³])(?=\.|\Z)", re.I)
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,10}\Z")


@dataclass(frozen=True)
class Packed:
    """A file in the pack; `original` is the name it came under, where that is another."""

    name: str
    sha256: str
    size: int
    original: str = ""


class Pack:
    """A ZIP file being written; `close` adds the manifests."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = ZipFile(file, "w", ZIP_DEFLATED)
        self.files = list[Packed]()
        self._taken = {MANIFEST, SUMS}

    def free_name(self, folder: str, wish: str) -> str:
        """A path below a folder that no other file has, whatever their case, and that every system can write."""
        stem, ending = split_ending(safe_name(wish))
        name, number = f"{stem}{ending}", 1
        while (path := f"{folder}{name}").casefold() in self._taken:
            number += 1
            name = f"{stem}（{number}）{ending}"
        self._taken.add(path.casefold())
        return path

    def add(self, name: str, content: bytes | Iterable[bytes], original: str = "") -> Packed:
        """Put a file in, as a whole or a piece at a time."""
        pieces = [content] if isinstance(content, bytes) else content
        entry = ZipInfo(name, _TIME)
        entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 3, 0o100644 << 16
        digest, size = hashlib.sha256(), 0
        with self._zip.open(entry, "w", force_zip64=not isinstance(content, bytes)) as file:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                file.write(piece)
        packed = Packed(name, digest.hexdigest(), size, original)
        self.files.append(packed)
        self._taken.add(name.casefold())
        return packed

    def close(self, **facts: Any) -> None:
        """Add manifest.json (with what else it is to say) and manifest.sha256, for `sha256sum -c`, and end the file."""
        listed = [_without_empty(asdict(one)) for one in self.files]
        self.add(MANIFEST, (json.dumps(facts | {"files": listed}, ensure_ascii=False, indent=1) + "\n").encode())
        self.add(SUMS, "".join(f"{one.sha256}  {one.name}\n" for one in self.files).encode())
        self._zip.close()


def safe_name(wish: str) -> str:
    """The name as near to the wish as every system can write it: NFC, no path, no sign that means something, not too long."""
    plain = _NOT_IN_NAMES.sub("＿", unicodedata.normalize("NFC", wish)).strip().strip(".").rstrip(" ")
    plain = _RESERVED.sub(lambda found: f"＿{found[0]}", plain) or "名前なし"
    stem, ending = split_ending(plain)
    room = LONGEST_NAME - len(ending.encode())
    cut = stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .")
    return f"{cut}{ending}"


def split_ending(name: str) -> tuple[str, str]:
    """A name and its ending, 「報告」 and 「.pdf」; nothing where it has none."""
    found = _ENDING.search(name)
    return (name[: found.start()], found[0]) if found and found.start() else (name, "")


def _without_empty(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value != ""}
