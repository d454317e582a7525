"""The pages of an office with everything in it, read as a browser would; and of one with nothing."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient

from tests.builders import an_issued_report
from tests.databases import URL, another_database, is_on_postgresql, on_both_databases
from tests.web.situations import division
from tracker.clock import set_clock
from tracker.domain.events import Event, Happened, Occasion
from tracker.domain.flags import CheckState, Flag
from tracker.domain.registers import BY_STEM, Register
from tracker.domain.reminders import ReminderKey
from tracker.domain.tasks import Origin, Standing, Task
from tracker.office import Office, open_office
from tracker.registers.importing import Importer
from tracker.storage.checks import CatalogueEntry, CheckRun
from tracker.storage.outbox import QueuedLetter
from tracker.storage.store import Records
from tracker.web.words import detail

pytestmark = on_both_databases

TODAY = date(2024, 3, 18)  # a Monday
EIGHT = datetime(2024, 3, 18, 8, tzinfo=ZoneInfo("Asia/Tokyo"))
OCCASION = Occasion("情報管理課", datetime(2024, 3, 17, 21, tzinfo=UTC), TODAY)
REGISTERS: dict[str, list[dict[str, str]]] = {
    "組織": [
        {"所属コード": "0101", "部": "政策経営部", "課": "情報管理課", "所属メール": "joho@city.example"},
        {"所属コード": "0301", "部": "保健福祉部", "課": "管理課"},
        {"所属コード": "0401", "部": "子ども家庭部", "課": "管理課"},
    ],
    "職員": [{"職員番号": "0000001", "氏名": "佐藤ア", "所属コード": "0101"}],
    "システム": [{"システムコード": "KIKAN", "システム名": "基幹", "所属コード": "0101", "特定個人情報": "○"}],
    "指導事項": [
        {"指導番号": "1(1)", "法律": "番号法", "条項": "第12条", "件名": "ログ分析", "指導内容": "<b>分析</b>がない",
         "所属コード": "0101", "指導日": "2023-08-16"},
    ],
}  # fmt: skip
PAGES = (
    "/", "/calendar", "/timeline", "/timeline?by=finding", "/handovers",
    "/findings", "/tasks", "/tasks?standing=all", "/checks", "/flags", "/flags?standing=all", "/registers",
    "/registers/職員", "/registers/休業", "/letters", "/jobs", "/jobs?job=delivery", "/reports",
)  # fmt: skip
THINGS = (
    "/handovers/0301", "/findings/1(1)", "/tasks/finding:1(1)/1", "/tasks/flag:absent-accounts/KIKAN/u1~1",
    "/tasks/flag:absent-accounts%2FKIKAN%2Fu1~1", "/checks/absent-accounts", "/letters/1", "/letters/1/html",
    "/reports/1", "/reports/1/page",
    "/reports/1/files/json", "/handovers/0301",
)  # fmt: skip


def test_every_page_answers(full: TestClient) -> None:
    for page in PAGES + THINGS:
        assert full.get(page).status_code == 200, page


def test_every_page_answers_in_an_office_that_has_nothing_yet_and_says_what_to_do(empty: TestClient) -> None:
    for page in PAGES:
        assert empty.get(page).status_code == 200, page

    assert "zesei import" in empty.get("/").text
    assert "検査はまだ一度も行われていません" in empty.get("/").text
    assert "まだ取り込んでいません" in empty.get("/registers/休業").text


def test_what_does_not_exist_gets_our_own_page_with_a_way_back(full: TestClient) -> None:
    for page in ("/nothing", "/findings/9", "/tasks/x", "/checks/x", "/registers/x", "/letters/99", "/letters/x",
                 "/letters/9999999999", "/reports/x", "/reports/2020-01-01", "/registers/../x"):  # fmt: skip
        answer = full.get(page)
        assert answer.status_code == 404, page
        assert "今日のページへ戻る" in answer.text


def test_values_that_mean_nothing_in_an_address_are_ignored_or_explained(full: TestClient) -> None:
    for query in ("page=x", "page=-1", "page=99999999999999999999", "standing=x", "sort=x", "origin=x", "check=x",
                  "department=%00", "q=%00%25_", "q=%F0%9F%8D%B5", "q=%FF", "finding=%27"):  # fmt: skip
        for page in ("/tasks", "/flags", "/letters", "/jobs", "/registers/職員", "/reports"):
            assert full.get(f"{page}?{query}").status_code == 200, (page, query)

    assert "条件に当たる対応はありません" in full.get("/tasks?department=9999").text


def test_the_numbers_of_the_morning_page_agree_with_a_recount(full: TestClient, office: Office) -> None:
    with office.store.reading() as records:
        tasks = [*records.tasks.of_origin(Origin.FINDING), *records.tasks.of_origin(Origin.FLAG)]
        flags = records.flags.open_now()
    standings = Counter(task.standing(TODAY) for task in tasks)
    week = sum(t.is_open and t.deadline is not None and 0 <= (t.deadline - TODAY).days <= 6 for t in tasks)

    sentence = words_of(full.get("/").text)

    assert (
        f"期限超過 {standings[Standing.OVERDUE]}件、今週期限 {week}件、確認待ち 0件、検知中 {len(flags)}件" in sentence
    )


def test_the_morning_pages_trend_is_drawn_with_the_numbers_of_its_table(full: TestClient, empty: TestClient) -> None:
    page = full.get("/").text
    svg = page[page.index('<svg class="trend"') :].partition("</svg>")[0]
    table = page[page.index("数字で見る") :].partition("</table>")[0]
    cells = re.findall(r'<td class="number">(?:<a [^>]*>)?([\d,]+)', table)
    rows = list(zip(cells[::2], cells[1::2], strict=True))

    assert svg.count("<circle") == svg.count("<path") == len(rows) == 12
    assert f"未完了 {rows[-1][0]}</text>" in svg
    assert f"期限超過 {rows[-1][1]}</text>" in svg
    assert "<svg" not in empty.get("/").text


def test_the_tabs_count_each_standing_as_the_domain_does_and_say_what_is_hidden(
    full: TestClient, office: Office
) -> None:
    with office.store.reading() as records:
        tasks = [*records.tasks.of_origin(Origin.FINDING), *records.tasks.of_origin(Origin.FLAG)]
    standings = Counter(task.standing(TODAY) for task in tasks)
    by_tab = {
        "期限超過": Standing.OVERDUE, "本日期限": Standing.DUE_TODAY, "期限間近": Standing.DUE_SOON,
        "対応中": Standing.OPEN, "完了": Standing.COMPLETED, "取下げ": Standing.WITHDRAWN,
    }  # fmt: skip

    page = words_of(full.get("/tasks").text)

    for tab, standing in by_tab.items():
        assert f"{tab} {standings[standing]} " in page
    assert f"完了 {standings[Standing.COMPLETED]}件、取下げ {standings[Standing.WITHDRAWN]}件を除く" in page


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("standing=overdue", {"一月遅れ", "昨日まで"}),
        ("standing=today", {"本日まで"}),
        ("standing=week", {"本日まで", "日曜まで"}),
        ("standing=soon", {"日曜まで", "二週間後まで"}),
        ("standing=open", {"十五日後まで", "定めなし"}),
        ("standing=completed", {"済み"}),
        ("standing=withdrawn", {"やめた"}),
        ("department=0301&standing=all", {"昨日まで"}),
        ("department=-&standing=all", {"定めなし"}),
        ("origin=flag&standing=all", {"一月遅れ"}),
        ("check=absent-accounts", {"一月遅れ"}),
        ("finding=1(1)&standing=completed", {"済み"}),
        ("q=ｱｶｳﾝﾄ&standing=all", {"一月遅れ"}),
        ("q=ＫＩＫＡＮ&standing=all", {"一月遅れ"}),
        ("q=%25&standing=all", set()),
    ],
)
def test_a_filter_shows_these_tasks_and_no_others(full: TestClient, query: str, titles: set[str]) -> None:
    page = full.get(f"/tasks?{query}").text

    assert {unescape(title) for title in re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', page)} == titles


def test_the_earliest_deadline_stands_first_and_fifty_on_a_page(office: Office) -> None:
    with office.store.transaction() as records:
        many = [a_task(100 + n, f"その{n}", TODAY + timedelta(days=n)) for n in range(60)]
        records.tasks.open_all(many, OCCASION)
    client = division(office)

    pages = [client.get(f"/tasks?q=その&page={n}").text for n in (1, 2, 9)]

    found = [re.findall(r">その(\d+)</a>", page) for page in pages]
    assert found[0] == [str(n) for n in range(50)]
    assert found[1] == found[2] == [str(n) for n in range(50, 60)]


def test_text_from_registers_is_never_markup(full: TestClient, office: Office) -> None:
    with office.store.transaction() as records:
        records.tasks.open_all([a_task(50, "<script>alert(1)</script>", TODAY)], OCCASION)

    for page in ("/tasks", "/tasks/finding:1(1)/50", "/findings/1(1)", "/tasks?q=<script>"):
        text = full.get(page).text
        assert "<script>" not in text, page
        assert "<b>分析" not in text


def test_departments_that_share_a_short_name_are_told_apart_and_an_unknown_one_is_named_so(full: TestClient) -> None:
    page = full.get("/tasks?standing=all").text

    assert "保健福祉部管理課" in page
    assert "所管課未定" in page


def test_a_register_that_grew_old_makes_its_check_the_loudest_thing(full: TestClient) -> None:
    page = words_of(full.get("/").text)

    assert "職員台帳が77日前のままです" in page
    assert "台帳「職員」が77日前のままです（上限35日）。この検査の結果は当てになりません。" in page
    assert "▲ 台帳が古い" in page


def test_a_letter_that_did_not_arrive_and_a_job_that_failed_stand_on_the_morning_page(full: TestClient) -> None:
    page = words_of(full.get("/").text)

    assert "送れなかった通知" in page
    assert "550 User unknown" in page
    assert "失敗した処理" in page
    assert "フォルダーがありません" in page


def test_the_morning_page_is_silent_about_letters_and_jobs_while_nothing_went_wrong(empty: TestClient) -> None:
    page = empty.get("/").text

    assert "送れなかった通知" not in page
    assert "失敗した処理" not in page


def test_a_tasks_page_tells_what_happened_newest_first_with_who_and_its_letter(full: TestClient) -> None:
    page = words_of(full.get("/tasks/flag:absent-accounts/KIKAN/u1~1").text)

    assert page.index("お知らせを作成しました") < page.index("対応を登録しました")
    assert "令和6年2月16日（金） 31日超過" in page
    assert "情報管理課" in page
    assert "【期限超過 1件】お知らせ" in page
    assert "不在の日数 273" in page


def test_a_tasks_page_shows_a_deadline_spelled_otherwise_and_a_corrected_day(full: TestClient, office: Office) -> None:
    with office.store.transaction() as records:
        task = records.tasks.find("finding:1(1)/1")
        assert task is not None
        done, first = replace(task, deadline_printed="令和6年2月末まで").complete("済み。", OCCASION, on=TODAY)
        respelled, second = done.respell_deadline("R6.2.29", OCCASION)
        restated, third = respelled.restate_completion(date(2024, 3, 11), "改められました。", OCCASION)
        records.tasks.save(restated, first, second, third)

    page = words_of(full.get("/tasks/finding:1(1)/1").text)

    assert "前の期限の書き方「令和6年2月末まで」" in page
    assert "完了日 令和6年3月11日（月）改められました。" in page
    assert page.index("改められました。") < page.index("前の期限の書き方")


def test_rows_of_a_register_are_found_by_full_width_words_too(full: TestClient) -> None:
    assert "佐藤ア" in full.get("/registers/職員?q=００００００１").text
    assert "佐藤ア" not in full.get("/registers/職員?q=鈴木").text


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office on its own clock, with something on every page."""
    set_clock(tmp_path, "Asia/Tokyo", EIGHT)
    office = open_office(None, tmp_path)
    folder = tmp_path / "exports"
    folder.mkdir()
    for stem, rows in REGISTERS.items():
        export(folder / f"{stem}.csv", BY_STEM[stem], rows)
    Importer(office.settings, date(2024, 1, 1), OCCASION).take(office.store, [folder / "職員.csv", folder / "組織.csv"])
    (folder / "職員.csv").unlink()
    Importer(office.settings, TODAY, OCCASION).take(office.store, [folder])
    with office.store.transaction() as records:
        fill_work(records)
        fill_runs(records)
    return office


@pytest.fixture
def full(office: Office) -> Iterator[TestClient]:
    with division(office) as client:
        yield client


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    if is_on_postgresql():
        monkeypatch.setenv(URL, another_database())
    with division(open_office(None, tmp_path / "new")) as client:
        yield client


def fill_work(records: Records) -> None:
    done, done_event = a_task(6, "済み", None).complete("確かめました。", OCCASION)
    gone, gone_event = a_task(7, "やめた", None).withdraw("要らなくなりました。", OCCASION)
    flagged = Task(
        "flag:absent-accounts/KIKAN/u1~1", Origin.FLAG, "absent-accounts/KIKAN/u1", "一月遅れ",
        "アカウントが有効のままです（KIKAN）。", "0101", "", date(2024, 2, 16), date(2024, 2, 16), "", date(2024, 2, 9),
    )  # fmt: skip
    records.tasks.open_all(
        [
            flagged, a_task(1, "昨日まで", TODAY - timedelta(days=1), "0301"), a_task(2, "本日まで", TODAY),
            a_task(3, "日曜まで", TODAY + timedelta(days=6)), a_task(4, "二週間後まで", TODAY + timedelta(days=14)),
            a_task(5, "十五日後まで", TODAY + timedelta(days=15)), a_task(6, "済み", None), a_task(7, "やめた", None),
            a_task(8, "定めなし", None, None),
        ],
        OCCASION,
    )  # fmt: skip
    records.tasks.save_all([(done, done_event), (gone, gone_event)])
    flag = Flag(
        "absent-accounts", "KIKAN/u1", "KIKAN/u1", "0101", "アカウントが有効のままです。", date(2024, 2, 16),
        date(2024, 2, 9), TODAY, flagged.key, details={"days_absent": 273, "reason": "reached"},
    )  # fmt: skip
    records.flags.raise_all([flag])
    letter = a_letter("reminder/0101/2024-03-18", given_up_at=OCCASION.at, answer="550 User unknown")
    records.outbox.queue(letter)
    records.ledger.note_reminders([(ReminderKey(flagged.key, 1, -28), date(2024, 2, 16), letter.key, TODAY)])
    facts = {"letter": letter.key, "department": "0101", "step": -28}
    records.events.append([Event(Happened.REMINDER_QUEUED, f"task:{flagged.key}", OCCASION, facts)])


def fill_runs(records: Records) -> None:
    entry = CatalogueEntry("absent-accounts", 1, "長期不在者のアカウント", "調べます。", "ガイド", ("職員", "システム"))
    records.checks.write_catalogue([entry])
    records.checks.record_run(
        CheckRun("absent-accounts", TODAY, CheckState.FLAGGED, 10, 1, 1, 0, TODAY, ended_at=OCCASION.at)
    )
    run = records.job_runs.start("intake", OCCASION.at, TODAY, OCCASION.at)
    records.job_runs.end(run, OCCASION.at, "failed", "", {"受取り": "フォルダーがありません。"})
    records.job_runs.schedule("checks", "毎日 06:00", OCCASION.at + timedelta(days=1))
    totals = {"totals": {"open": 1, "overdue": 1, "done": 0, "new": 0}}
    records.reports.issue(an_issued_report(TODAY, OCCASION.at, totals, "<p>週次</p>"))


def export(path: Path, register: Register, rows: list[dict[str, str]]) -> None:
    """A register file as another system writes it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [column.header for column in register.columns])
        writer.writeheader()
        writer.writerows(rows)


def a_task(branch: int, title: str, deadline: date | None, department: str | None = "0101") -> Task:
    return Task(
        f"finding:1(1)/{branch}", Origin.FINDING, "1(1)", title, "", department, "", deadline, deadline, "", TODAY
    )  # fmt: skip


def a_letter(key: str, **facts: object) -> QueuedLetter:
    return QueuedLetter(
        key, "reminder", "0101", ("joho@city.example",), (), "【期限超過 1件】お知らせ", "本文", "<p>本文</p>",
        "<1@city.example>", TODAY, OCCASION.at, **facts,  # type: ignore[arg-type]
    )  # fmt: skip


def words_of(page: str) -> str:
    """What a reader sees, without tags and with single blanks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", page)).split()) + " "


@pytest.mark.parametrize(
    ("name", "kept", "shown"),
    [
        ("period", "2024-02", "令和6年2月"), ("period", "2019-05", "令和元年5月"), ("period_from", "2024-02-01", "令和6年2月1日（木）"),
        ("period", "R5-0101", "R5-0101"), ("staff_no", "0001-99", "0001-99"), ("reason", "blank", "職員番号が空欄"),
    ],
)  # fmt: skip
def test_what_a_flag_keeps_is_shown_in_the_offices_words_and_calendar(name: str, kept: str, shown: str) -> None:
    assert detail(name, kept) == shown
