"""One row of a register on its page: its history, its neighbours, and a correction by hand."""

from datetime import date
from pathlib import Path

import pytest

from tests.builders import a_file, a_row, register_on, take
from tests.web.situations import TODAY, an_office, auditor, division, member, words_of
from tracker.domain.registers import ACCOUNT
from tracker.office import Office
from tracker.web.row_addresses import row_key, row_link

ROW = "/registers/アカウント/rows/SHOGAI/sf0221"


def a_correction(**cells: str) -> dict[str, str]:
    """The form as the page sends it, for the account sf0221 of the first import."""
    typed = {"system_code": "SHOGAI", "user_id": "sf0221", "staff_no": "30021", "access_right": "更新", "state": "有効"}
    return {"register": "アカウント", "seen": "4", "reason": "電話で確かめた"} | {
        f"c-{name}": value for name, value in (typed | cells).items()
    }


def test_a_row_tells_what_changed_at_which_import_and_by_whom(office: Office, tmp_path: Path) -> None:
    take(office, a_file(tmp_path, "アカウント", a_row("アカウント", 状態="停止", 停止日="R6.3.1")), on=date(2024, 3, 4))
    take(office, a_file(tmp_path, "アカウント", a_row("アカウント", ユーザーID="x")), on=date(2024, 3, 11))

    page = words_of(division(office).get(ROW).text)

    assert "状態 有効 → 停止" in page
    assert "停止日 （空欄） → 令和6年3月1日" in page
    assert page.index("台帳からなくなりました") < page.index("変わりました") < page.index("台帳に載りました")
    assert "アカウント.csv 試験" in page
    assert "今の台帳に、この行はありません" in page


def test_a_correction_holds_from_today_and_stands_in_the_history_with_its_reason(office: Office) -> None:
    browser = division(office)
    answer = browser.post("/corrections", data=a_correction(state="停止", suspended_on="R6.3.18"))

    assert answer.status_code == 303
    page = words_of(browser.get(answer.headers["location"]).text)
    assert "直しました。" in page
    assert "理由 電話で確かめた" in page
    assert "手入力 情報管理課" in page
    assert register_on(office, "account", TODAY, "user_id", "state") == [("sf0221", "停止")]
    assert register_on(office, "account", date(2024, 3, 17), "user_id", "state") == [("sf0221", "有効")]


def test_a_correction_does_not_make_the_register_look_newer(office: Office) -> None:
    before = words_of(division(office).get("/registers").text)
    division(office).post("/corrections", data=a_correction(state="停止"))

    assert words_of(division(office).get("/registers").text) == before


def test_the_next_file_wins_and_its_preview_says_what_it_undoes(office: Office, tmp_path: Path) -> None:
    division(office).post("/corrections", data=a_correction(state="停止"))
    file = a_file(tmp_path, "アカウント", a_row("アカウント"), a_row("アカウント", ユーザーID="x"))

    report = take(office, file, on=TODAY, dry_run=True)

    assert "台帳「アカウント」の手で直した行 1件が戻ります（SHOGAI sf0221）。" in report.notices
    take(office, file, on=TODAY)
    assert register_on(office, "account", TODAY, "user_id", "state") == [("sf0221", "有効"), ("x", "有効")]
    assert take(office, file, on=TODAY, dry_run=True).notices == []


def test_a_correction_that_a_file_has_confirmed_is_not_said_to_be_undone_by_a_later_one(
    office: Office, tmp_path: Path
) -> None:
    division(office).post("/corrections", data=a_correction(state="停止", last_login_on="2023/7/28"))
    agrees = a_file(tmp_path / "1", "アカウント", a_row("アカウント", 状態="停止"), a_row("アカウント", ユーザーID="x"))
    take(office, agrees, on=TODAY)

    report = take(office, a_file(tmp_path / "2", "アカウント", a_row("アカウント", 状態="削除")), on=date(2024, 3, 25))

    assert report.notices == []


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"state": "休止"}, "「休止」は使えません。"),
        ({"suspended_on": "R6.2.30"}, "実在しない日付です"),
        ({"reason": " "}, "なぜ直すかを書いてください"),
        ({}, "今の内容と同じです"),
        ({"access_right": "あ" * 10_001}, "長すぎます"),
    ],
)
def test_a_bad_correction_is_refused_beside_its_field_with_what_was_typed(
    office: Office, cells: dict[str, str], sentence: str
) -> None:
    form = a_correction(**{k: v for k, v in cells.items() if k != "reason"}, last_login_on="2023/7/28")
    answer = division(office).post("/corrections", data=form | {k: v for k, v in cells.items() if k == "reason"})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert register_on(office, "account", TODAY, "user_id", "state") == [("sf0221", "有効")]


def test_who_comes_second_is_told_and_shown_both(office: Office) -> None:
    browser = division(office)
    browser.post("/corrections", data=a_correction(state="停止"))

    answer = browser.post("/corrections", data=a_correction(state="削除"))

    assert answer.status_code == 409
    assert "この画面を開いた後に、この行が変わりました" in answer.text
    assert "<dd>停止</dd>" in answer.text
    assert "<option selected>削除</option>" in answer.text


def test_a_row_that_points_nowhere_is_refused(office: Office) -> None:
    form = a_correction(system_code="NAI") | {"new": "1"}

    assert "「NAI」は台帳「システム」にありません" in division(office).post("/corrections", data=form).text


def test_a_new_row_is_added_once(office: Office) -> None:
    form = a_correction(user_id="new/1") | {"new": "1"}
    answer = division(office).post("/corrections", data=form)

    assert answer.headers["location"].startswith(
        "/registers/%E3%82%A2%E3%82%AB%E3%82%A6%E3%83%B3%E3%83%88/rows/SHOGAI/new~2f.1?"
    )
    assert division(office).get(answer.headers["location"]).status_code == 200
    assert "もう台帳にあります" in division(office).post("/corrections", data=form).text


def test_an_auditor_looks_and_a_department_does_not(office: Office) -> None:
    assert auditor(office).get(ROW).status_code == 200
    assert "/corrections" not in auditor(office).get(ROW).text
    assert auditor(office).post("/corrections", data=a_correction(state="停止")).status_code == 403
    assert member(office).get(ROW).status_code == 403
    assert member(office).post("/corrections", data=a_correction(state="停止")).status_code == 403


STRANGE = (
    "a/b",
    "..",
    ".",
    "~",
    "~2f.",
    "％",
    "'\"",
    "a b",
    "x\ny",
    "全角ＩＤ",
    "?",
    "#",
    "&=",
    "\t",
    "💡",
    "%2F",
    "\\",
)


@pytest.mark.parametrize("key", STRANGE)
def test_every_key_has_an_address_of_its_own_that_a_browser_leaves_as_it_is(key: str) -> None:
    from urllib.parse import unquote

    address = row_link(ACCOUNT, ("S1", key))

    assert ".." not in address.split("/")
    prefix = row_link(ACCOUNT, ("S1", "")).rstrip("/") + "/"
    assert row_key(ACCOUNT, "S1/" + unquote(address.removeprefix(prefix))) == ("S1", key)


def test_a_key_that_is_none_gets_our_page(office: Office) -> None:
    for path in ("x", "SHOGAI", "SHOGAI/x/y", "SHOGAI/" + "x" * 5000, "SHOGAI/~0.", "SHOGAI/~d800.", "SHOGAI/~ffffff.",
                 "SHOGAI/'--", "//", "SHOGAI/%00", "SHOGAI/ｓｆ０２２１"):  # fmt: skip
        answer = division(office).get(f"/registers/アカウント/rows/{path}")
        assert answer.status_code == 404, path
        assert "今日のページへ戻る" in answer.text
    assert division(office).get("/registers/休業/rows/30021/2024-13-01").status_code == 404


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office with a person, her absence, a system and her account in it."""
    office = an_office(tmp_path)
    folder = tmp_path / "first"
    files = [a_file(folder, stem) for stem in ("職員", "システム", "アカウント")]
    take(office, *files, on=date(2024, 2, 1))
    return office
