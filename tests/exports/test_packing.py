"""Names in a pack: whatever a document was called, every system can write it, and none takes another's place."""

import io
import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath
from zipfile import ZipFile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.exports.packing import LONGEST_NAME, MANIFEST, Pack, safe_name

NAMES = st.text(st.characters(exclude_categories=("Cs",)), max_size=90)
NOT_ON_WINDOWS = re.compile(r'[\x00-\x1f\\/:*?"<>|]')
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}


@given(NAMES)
@example("../../etc/passwd")
@example("C:\\Windows\\system.ini")
@example("CON.txt")
@example("nul")
@example("COM1.tar.gz")
@example("あ" * 85 + ".pdf")
@example("a" * 255)
@example("." * 200)
@example(" .bashrc ")
@example("写し\u202efdp.exe")
@example("か\u3099.txt")
@example("名前.")
def test_any_name_becomes_one_that_every_system_can_write(wish: str) -> None:
    name = safe_name(wish)

    assert name
    assert not NOT_ON_WINDOWS.search(name)
    assert PurePosixPath(name).name == PureWindowsPath(name).name == name
    assert name.split(".")[0].casefold() not in RESERVED
    assert not name.startswith((".", " "))
    assert not name.endswith((".", " "))
    assert len(name.encode()) <= LONGEST_NAME
    assert unicodedata.is_normalized("NFC", name)
    assert not any(unicodedata.bidirectional(char) in ("RLO", "LRO", "RLE", "LRE", "RLI", "LRI") for char in name)


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ("操作権限の停止記録.pdf", "操作権限の停止記録.pdf"), ("か\u3099.txt", "\u304c.txt"),
        ("令和6年3月 報告.xlsx", "令和6年3月 報告.xlsx"),
        ("CON.txt", "＿CON.txt"), ("", "名前なし"), ("あ" * 85 + ".pdf", "あ" * 38 + ".pdf"),
    ],
)  # fmt: skip
def test_a_name_is_kept_as_far_as_it_can_be(wish: str, name: str) -> None:
    assert safe_name(wish) == name


@given(
    st.lists(
        st.sampled_from(["写し.pdf", "写し.PDF", "写し（2）.pdf", "A.txt", "a.txt", "", "CON", "あ" * 90 + ".pdf"]),
        max_size=8,
    )
)
def test_no_two_files_have_names_that_any_system_takes_for_one(wishes: list[str]) -> None:
    pack = Pack(io.BytesIO())

    names = [pack.free_name("証跡/001/", wish) for wish in wishes]

    assert len({name.casefold() for name in names}) == len(wishes)
    assert all(len(PurePosixPath(name).name.encode()) <= LONGEST_NAME + len("（99）".encode()) for name in names)


def test_the_same_files_make_the_same_bytes_and_names_say_that_they_are_utf_8() -> None:
    def made() -> bytes:
        file = io.BytesIO()
        pack = Pack(file)
        pack.add("証跡/写し.pdf", b"1")
        pack.add("長い.csv", iter([b"a", b"b"]))
        pack.close(kind="試験")
        return file.getvalue()

    first = made()
    assert made() == first
    with ZipFile(io.BytesIO(first)) as archive:
        assert archive.testzip() is None
        assert [entry.flag_bits & 0x800 for entry in archive.infolist()[:2]] == [0x800, 0x800]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist()[-2:] == [MANIFEST, "manifest.sha256"]
