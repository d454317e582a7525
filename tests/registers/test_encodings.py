"""The same register in every encoding an office's systems export."""

from pathlib import Path

import pytest

from tests.builders import DAY, a_file, a_row, a_text, csv_text, refusal_of, register_on, take
from tracker.office import Office
from tracker.settings import RegisterSettings

HARD = a_row("組織", 部="①㈱﨑髙～部", 課="髙橋﨑係")
PLAIN = a_row("組織", 部="区民生活部", 課="区民課")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le", "utf-16-be"])
def test_letters_that_only_windows_knows_arrive_the_same_in_every_encoding(
    office: Office, tmp_path: Path, encoding: str
) -> None:
    take(office, a_file(tmp_path, "組織", HARD, encoding=encoding))

    assert register_on(office, "department", DAY, "division", "name") == [("①㈱﨑髙～部", "髙橋﨑係")]


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_utf_16_with_a_mark_is_read_in_either_byte_order(office: Office, tmp_path: Path, mark: bytes) -> None:
    path = tmp_path / "組織.csv"
    path.write_bytes(mark + csv_text([HARD]).encode("utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"))

    take(office, path)

    assert register_on(office, "department", DAY, "division", "name") == [("①㈱﨑髙～部", "髙橋﨑係")]


@pytest.mark.parametrize("encoding", ["euc_jp", "iso2022_jp", "cp932", "utf-8"])
def test_older_encodings_are_told_apart_by_the_headings(office: Office, tmp_path: Path, encoding: str) -> None:
    take(office, a_file(tmp_path, "組織", PLAIN, encoding=encoding))

    assert register_on(office, "department", DAY, "division", "name") == [("区民生活部", "区民課")]


def test_euc_jp_that_would_also_be_letters_in_cp932_is_told_by_its_headings(office: Office, tmp_path: Path) -> None:
    path = a_text(tmp_path / "休業.csv", "ID,事由,自,まで\n30021,育児休業,R4.11.1,\n", "euc_jp")
    aliases = RegisterSettings(aliases={"職員番号": ("ID",), "開始日": ("自",), "終了日": ("まで",)})
    settings = office.settings.model_copy(update={"registers": {"休業": aliases}})

    assert path.read_bytes().decode("cp932").startswith("ID,ｻ")
    take(office, path, settings=settings)

    assert register_on(office, "absence", DAY, "staff_no", "reason") == [("30021", "育児休業")]


def test_cp932_with_half_width_kana_is_not_taken_for_euc_jp(office: Office, tmp_path: Path) -> None:
    take(office, a_file(tmp_path, "組織", a_row("組織", 課="ｱｲｳｴｵ課"), encoding="cp932"))

    assert register_on(office, "department", DAY, "name", "code") == [("ｱｲｳｴｵ課", "0303")]


def test_the_encoding_is_told_in_the_report(office: Office, tmp_path: Path) -> None:
    report = take(office, a_file(tmp_path, "組織", encoding="cp932"))

    assert [(change.register, change.encoding) for change in report.changes] == [("組織", "cp932")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_system(office: Office, tmp_path: Path, end: str) -> None:
    text = csv_text([PLAIN, a_row("組織", 所属コード="0304")]).replace("\r\n", end)

    take(office, a_text(tmp_path / "組織.csv", text))

    assert register_on(office, "department", DAY, "code", "name") == [("0303", "区民課"), ("0304", "障害者福祉課")]


def test_bytes_in_no_encoding_are_refused_with_the_encodings_that_would_do(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "組織.csv"
    path.write_bytes("所属コード,部,課\n".encode() + b"0303,\xff\xfe\x80\x81,\xa0\xfd\n")

    refusal = refusal_of(office, path)
    assert (
        "「組織.csv」の文字コードを読み取れません。UTF-8 とみると、2行目の2列目に、読めない文字（16進で FF）があります。"
        in refusal
    )
    assert "UTF-8、シフトJIS（CP932）、UTF-16 のどれかで保存し直してください。" in refusal


def test_utf_8_whose_last_letter_is_cut_off_is_refused(office: Office, tmp_path: Path) -> None:
    path = a_text(tmp_path / "職員.csv", csv_text([a_row("職員", メール="é")]))
    path.write_bytes(path.read_bytes()[:-4] + b"\xe3\x81")

    assert "「職員.csv」" in refusal_of(office, path)
