"""Files spoilt at random: bytes lost, doubled, swapped, or replaced by what readers stumble over."""

import zipfile
from io import BytesIO
from random import Random

TOKENS = [
    b"<", b">", b"/>", b"&", b'"', b"'", b"\0", b"\xff", b"\x1a", b"\r", b"\n", b",", b"\t", b" ", b"-1", b"1E400", b"NaN",
    b"99999999999999999999", b"4294967296", b"XFD1048576", b"ZZZ1", b"A0", b't="s"', b't="e"', b't="b"', b"<f/>", b"<v/>",
    b"<c/>", b"<row/>", b'<row r="7">', b"</row>", b"<t>", b"<!DOCTYPE a>", b"<![CDATA[", b"<!--", b"#N/A", b"_x0000_",
    b"_xD800_", b"&#0;", b"&#xD800;", "令和".encode(), "元年".encode("cp932"), b"\xef\xbb\xbf", b"\xfe\xff", b"\x81", b"=\"",
    b'<mergeCell ref="A1:XFD1048576"/>', b'<mergeCell ref="B2:A1"/>', b"Content-Type: multipart/report", b"\r\n\r\n", b"--",
]  # fmt: skip


def spoilt(content: bytes, dice: Random) -> bytes:
    """The bytes with one to eight things wrong."""
    spoiling = bytearray(content)
    for _ in range(dice.randint(1, 8)):
        at = dice.randrange(len(spoiling) + 1)
        length = min(dice.choice((1, 1, 2, 8, 40, 400)), len(spoiling) - at)
        match dice.randrange(5):
            case 0:
                del spoiling[at : at + length]
            case 1:
                spoiling[at:at] = spoiling[at : at + length] * dice.choice((1, 2, 50))
            case 2 if length:
                spoiling[at] ^= 1 << dice.randrange(8)
            case 3:
                spoiling[at : at + length] = dice.choice(TOKENS)
            case _:
                spoiling[at:at] = dice.choice(TOKENS)
    return bytes(spoiling)


def spoilt_workbook(content: bytes, dice: Random) -> bytes:
    """A workbook with one part spoilt, or the archive itself."""
    if dice.random() < 0.3:
        return spoilt(content, dice)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = dice.choice([*parts, *(name for name in parts if "heet" in name)])
    parts[name] = spoilt(parts[name], dice)
    if dice.random() < 0.05:
        del parts[dice.choice(list(parts))]
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for part, spoiling in parts.items():
            archive.writestr(part, spoiling)
    return written.getvalue()
