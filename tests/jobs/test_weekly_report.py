"""The weekly report: its numbers counted again by hand, issued once a day, kept, mailed, the same when asked again."""

import json
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from jobs.reports.kinds import KINDS
from jobs.reports.weekly import weekly_report
from jobs.reports.writing import written
from notifications.reports.weekly import Counts, WeeklyReport, weekly_from_json
from tests.conftest import Command
from tests.databases import on_both_databases
from tests.jobs.situations import (
    Row,
    a_department,
    a_file,
    a_task,
    an_occasion,
    an_office,
    break_inserts,
    check,
    completed,
    given,
    given_tasks,
    letters,
    mend,
    rows,
    run,
    run_with_trouble,
)  # fmt: skip
from tests.notifications.papers.readers import Page, pdf_text, sheets_of, squeezed
from tracker.office import Office
from tracker.storage.reports import WEEKLY

MONDAY = date(2024, 3, 18)
DEPARTMENTS = [a_department(), a_department("0201", "区民課"), a_department("0202", "税務課")]


@dataclass(frozen=True)
class Fact:
    """What the test itself knows of one task."""

    key: str
    department: str | None
    opened_on: date
    deadline: date | None
    closed_on: date | None
    done: bool


def report_of(office: Office, on: date, moment: time = time(8, 30)) -> WeeklyReport:
    with office.store.reading() as records:
        return weekly_report(records, office, an_occasion(on, moment))


def some_facts(count: int, seed: int) -> list[Fact]:
    dice = random.Random(seed)
    facts = []
    for number in range(count):
        opened_on = MONDAY - timedelta(days=dice.randrange(70))
        deadline = None if dice.random() < 0.1 else opened_on + timedelta(days=dice.randrange(60))
        closed_on = opened_on + timedelta(days=dice.randrange(40)) if dice.random() < 0.6 else None
        department = dice.choice(["0101", "0201", "0202", None])
        facts.append(Fact(f"T{number:03}", department, opened_on, deadline, closed_on, dice.random() < 0.8))
    return facts


def lived(office: Office, facts: list[Fact]) -> None:
    """The office opens and closes these tasks, each on its day, up to Monday."""
    given(office, MONDAY - timedelta(days=100), *DEPARTMENTS)
    given_tasks(
        office,
        *(a_task(f.key, deadline=f.deadline, department=f.department, opened_on=f.opened_on) for f in facts),
    )
    for fact in facts:
        if fact.closed_on is not None and fact.closed_on <= MONDAY:
            with office.store.transaction() as records:
                task = records.tasks.find(fact.key)
                assert task is not None
                occasion = an_occasion(fact.closed_on, time(17))
                records.tasks.save(*(task.complete("", occasion) if fact.done else task.withdraw("", occasion)))


def counted(facts: list[Fact], day: date) -> Counts:
    """Open at the end of the day, overdue among them; and what has changed since the end of the day a week before."""
    week_ago = day - timedelta(days=7)
    still, before = open_on(facts, day), open_on(facts, week_ago)
    overdue = [f for f in still if f.deadline and f.deadline < day]
    were_overdue = [f for f in before if f.deadline and f.deadline < week_ago]
    closed = [f for f in facts if f.closed_on and week_ago < f.closed_on <= day]
    return Counts(
        open=len(still), overdue=len(overdue), done=sum(f.done for f in closed),
        new=sum(week_ago < f.opened_on <= day for f in facts), newly_overdue=sum(f not in were_overdue for f in overdue),
        withdrawn=sum(not f.done for f in closed),
    )  # fmt: skip


def open_on(facts: list[Fact], day: date) -> list[Fact]:
    return [f for f in facts if f.opened_on <= day and not (f.closed_on and f.closed_on <= day)]


@on_both_databases
def test_the_numbers_are_those_that_a_recount_of_every_task_gives(tmp_path: Path) -> None:
    facts = some_facts(80, seed=4)
    office = an_office(tmp_path)
    lived(office, facts)

    report = report_of(office, MONDAY)

    assert report.totals == counted(facts, MONDAY)
    assert report.previous == replace(counted(facts, MONDAY - timedelta(days=7)), withdrawn=0)
    expected = {
        code: counted([f for f in facts if (f.department or "") == code], MONDAY)
        for code in ("", "0101", "0201", "0202")
    }
    assert {row.code: row.counts for row in report.departments} == expected
    assert {row.code: row.name for row in report.departments}["0201"] == "区民課"
    weeks = [MONDAY - timedelta(weeks=weeks) for weeks in range(11, -1, -1)]
    assert report.trend == tuple((day, counted(facts, day).open, counted(facts, day).overdue) for day in weeks)
    assert (report.period_from, report.period_to, report.issued_on) == (date(2024, 3, 11), date(2024, 3, 17), MONDAY)
    shown = (report.totals.open, report.totals.overdue, report.totals.done, report.totals.new, report.totals.withdrawn)
    assert min(shown) > 0, "a recount of nothing shows nothing"


def test_what_comes_within_two_weeks_is_listed_by_day(tmp_path: Path) -> None:
    facts = some_facts(80, seed=5)
    office = an_office(tmp_path)
    lived(office, facts)

    rows_shown = [(row.deadline, row.days_left, row.title) for row in report_of(office, MONDAY).coming]

    expected = [
        (f.deadline, (f.deadline - MONDAY).days, f"{f.key}の是正")
        for f in facts
        if f.deadline and MONDAY <= f.deadline <= MONDAY + timedelta(days=14)
        if not (f.closed_on and f.closed_on <= MONDAY)
    ]
    assert len(expected) > 3
    assert sorted(rows_shown) == sorted(expected)
    assert [day for day, _, _ in rows_shown] == sorted(day for day, _, _ in rows_shown)


@on_both_databases
def test_each_check_shows_its_last_state_and_its_open_flags(tmp_path: Path) -> None:
    office = an_office(tmp_path, '[registers."ファイル簿"]\nmax_age_days = 9\n', old_registers_will_do=False)
    friday = MONDAY - timedelta(days=3)
    given(office, friday, *DEPARTMENTS, a_file("F1"), a_file("F2"), a_file("F3", persons=1))
    run(office, "checks", friday)
    given(office, MONDAY, a_file("F1"), a_file("F2", published_on=MONDAY), a_file("F3"))
    run(office, "checks", MONDAY)

    checks = {row.name: row for row in report_of(office, MONDAY).checks}

    files, accounts = checks["unpublished-files"], checks["absent-accounts"]
    assert (files.state, files.last_run_on, files.as_of, files.open_flags) == ("flagged", MONDAY, MONDAY, 2)
    assert files.counts == Counts(open=2, overdue=0, done=1, new=3)
    assert (accounts.state, accounts.open_flags) == ("stale", 0)
    assert len(checks) == 7
    assert report_of(office, MONDAY).open_flags == 2


@on_both_databases
def test_each_finding_shows_its_measures_as_they_stand(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    finding = Row("指導事項", {"指導番号": "R5-1", "法律": "番号法", "件名": "再委託", "指導内容": "是正すること"})
    plans = [
        plan("1", "契約の見直し", "令和6年3月15日まで"), plan("2", "確認の徹底", "令和6年3月18日まで"),
        plan("3", "研修", "令和6年4月1日まで"), plan("4", "点検", "令和6年4月2日まで"),
        plan("5", "規程の改正", "令和6年度から"),
        plan("6", "台帳の公表", "令和6年2月1日まで", 状態="実施済", 完了日="2024-01-31"),
    ]  # fmt: skip
    given(office, date(2024, 1, 9), *DEPARTMENTS, finding, *plans)

    (row,) = report_of(office, MONDAY).findings

    assert (row.number, row.subject, row.counts.open, row.counts.overdue) == ("R5-1", "再委託", 5, 1)
    assert [(m.title, m.state, m.done_on) for m in row.measures] == [
        ("契約の見直し", "期限超過", None), ("確認の徹底", "本日期限", None), ("研修", "期限間近", None),
        ("点検", "対応中", None), ("規程の改正", "期限間近", None), ("台帳の公表", "完了", date(2024, 1, 31)),
    ]  # fmt: skip


def plan(branch: str, action: str, deadline: str, **cells: object) -> Row:
    row = {"指導番号": "R5-1", "枝番": branch, "改善策": action, "所属コード": "0101", "期限": deadline, "状態": "予定"}
    return Row("改善策", row | cells)


# ---- issuing


@on_both_databases
def test_the_job_stores_writes_and_mails_the_report_to_the_division(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    lived(office, some_facts(20, seed=1))

    done = run(office, "weekly_report", MONDAY)

    page = office.data_dir / "reports" / "weekly-2024-03-18.html"
    facts = json.loads((office.data_dir / "reports" / "weekly-2024-03-18.json").read_text("utf-8"))
    (letter,) = letters(office, "weekly-report")
    with office.store.reading() as records:
        stored = records.reports.find(WEEKLY, MONDAY)
    assert stored is not None
    assert done.summary == "令和6年3月11日からの週の報告"
    assert page.read_text("utf-8") == stored.page
    written = json.dumps(stored.facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert stored.sha256 == sha256(written.encode()).hexdigest()
    assert {
        form: sha256(page.with_suffix(f".{form}").read_bytes()).hexdigest() for form in stored.files
    } == stored.files
    assert set(stored.files) == {"html", "pdf", "xlsx", "json"}
    assert weekly_from_json(facts) == weekly_from_json(dict(stored.facts))
    assert without_end(stored.facts) == report_of(office, MONDAY)
    assert (letter.recipients, letter.on_day) == (("joho@city.example",), MONDAY)
    totals = report_of(office, MONDAY).totals
    assert f"{totals.overdue}件" in letter.body_text
    assert "http" not in stored.page.replace("http://www.w3.org/", "")  # needs nothing from outside
    assert rows(office, "SELECT about FROM event WHERE kind = 'ReportIssued'") == [("report:weekly/2024-03-18",)]


def test_a_second_run_on_the_same_day_issues_and_mails_nothing_new(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    lived(office, some_facts(20, seed=1))
    run(office, "weekly_report", MONDAY)
    first = (rows(office, "SELECT * FROM issued_report"), letters(office, "weekly-report"))
    given_tasks(office, a_task("later", deadline=MONDAY, opened_on=MONDAY))

    run(office, "weekly_report", MONDAY, time(9))

    assert (rows(office, "SELECT * FROM issued_report"), letters(office, "weekly-report")) == first


def test_files_that_were_lost_are_written_again_as_they_were_issued(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    lived(office, some_facts(20, seed=1))
    run(office, "weekly_report", MONDAY)
    pages = {path.name: path.read_bytes() for path in (office.data_dir / "reports").iterdir()}
    for name in pages:
        (office.data_dir / "reports" / name).unlink()

    run(office, "weekly_report", MONDAY, time(9))

    assert {path.name: path.read_bytes() for path in (office.data_dir / "reports").iterdir()} == pages


def test_a_report_whose_letter_cannot_be_queued_is_not_issued_and_is_made_the_next_time(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, MONDAY, *DEPARTMENTS)
    break_inserts(office, "outbox", "true")

    broken = run_with_trouble(office, "weekly_report", MONDAY)
    assert broken.outcome == "failed"
    assert rows(office, "SELECT 1 FROM issued_report") == []

    mend(office)
    run(office, "weekly_report", MONDAY, time(9))
    assert len(letters(office, "weekly-report")) == 1


def test_an_office_without_a_known_division_keeps_its_report_for_print(tmp_path: Path) -> None:
    office = an_office(tmp_path)

    run(office, "weekly_report", MONDAY)

    (letter,) = letters(office, "weekly-report")
    assert (letter.recipients, letter.next_attempt_at) == ((), None)
    assert "印刷して" in letter.answer


@on_both_databases
def test_asked_again_for_a_past_day_the_report_says_the_same(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    lived(office, some_facts(40, seed=2))
    given(office, MONDAY, a_file("F1"), a_file("F2"))
    run(office, "checks", MONDAY)
    run(office, "weekly_report", MONDAY)
    before = report_of(office, MONDAY)

    tuesday = MONDAY + timedelta(days=1)
    given(office, tuesday, a_file("F1", published_on=tuesday), a_file("F2"), a_file("F3"))
    check(office, "unpublished-files", tuesday)
    given_tasks(office, a_task("new", deadline=tuesday, opened_on=tuesday))
    for key, _ in some_open_tasks(office):
        completed(office, key, tuesday)

    assert report_of(office, MONDAY) == before
    assert report_of(office, tuesday).totals != before.totals
    with office.store.reading() as records:
        stored = records.reports.find(WEEKLY, MONDAY)
    assert stored is not None
    assert without_end(stored.facts) == before


def without_end(facts: Mapping[str, Any]) -> WeeklyReport:
    """An issued report but for the trail's end, which only an issued one names."""
    return replace(weekly_from_json(dict(facts)), trail_number=0, trail_seal="")


def some_open_tasks(office: Office) -> list[Any]:
    return rows(office, "SELECT key, title FROM task WHERE closed_on IS NULL AND origin = 'finding' LIMIT 5")


def test_a_report_on_another_weekday_is_of_the_last_whole_week(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, MONDAY, *DEPARTMENTS)

    periods = {(report_of(office, MONDAY + timedelta(days=n)).period_from) for n in range(7)}

    assert periods == {date(2024, 3, 11)}
    assert report_of(office, MONDAY + timedelta(days=7)).period_from == MONDAY


def test_the_counts_of_the_facts_are_not_all_alike() -> None:
    facts = some_facts(80, seed=4)  # the recount must have something to tell apart
    assert len(Counter(replace(fact, key="").closed_on for fact in facts)) > 10


@on_both_databases
def test_each_department_is_sent_its_own_part_when_that_is_switched_on(tmp_path: Path) -> None:
    office = an_office(tmp_path, "[reports]\nto_departments = true\n")
    facts = some_facts(60, seed=9)
    lived(office, facts)

    run(office, "weekly_report", MONDAY)

    sent = {letter.key.rpartition("/")[2]: letter for letter in letters(office, "weekly-report")}
    assert set(sent) == {"2024-03-18", "0101", "0201", "0202"}
    for code, name in (("0201", "区民課"), ("0202", "税務課")):
        own = [fact for fact in facts if fact.department == code]
        others = [fact for fact in facts if fact.department != code]
        overdue = counted(own, MONDAY).overdue
        assert f"{name} 御中" in sent[code].body_text
        assert f"期限超過 {overdue}件" in sent[code].subject
        assert not any(f"{fact.key}の是正" in sent[code].body_text for fact in others)


def test_departments_are_sent_nothing_of_the_report_otherwise(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    lived(office, some_facts(20, seed=9))

    run(office, "weekly_report", MONDAY)

    assert [letter.key for letter in letters(office, "weekly-report")] == ["weekly-report/2024-03-18"]


MISCHIEF = (
    "<script>alert(1)</script>",
    '#eval("1+1")',
    "=1+1",
    "{{ 7*7 }}",
    "*太字*_下線_@参照$x$",
    "長" * 400,
    "𠮷田の件",
)


def test_five_thousand_rows_in_one_department_and_mischief_in_titles_come_out_as_they_are(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, MONDAY - timedelta(days=60), *DEPARTMENTS)
    usual = [a_task(f"T{n:04}", deadline=MONDAY - timedelta(days=5), opened_on=date(2024, 2, 1)) for n in range(5_000)]
    odd = [
        replace(a_task(f"M{n}", deadline=MONDAY - timedelta(days=9), opened_on=date(2024, 2, 1)), title=title)
        for n, title in enumerate(MISCHIEF)
    ]
    with office.store.transaction() as records:
        records.tasks.open_all([*usual, *odd], an_occasion(date(2024, 2, 1)))
    report, kind = report_of(office, MONDAY), KINDS["weekly"]

    html, pdf, book = (written(kind, report, form) for form in ("html", "pdf", "xlsx"))

    shown = [str(line[1]) for line in sheets_of(book[0])["回答のないもの"][3:]]
    assert len(shown) == 5_000 + len(MISCHIEF)
    assert set(MISCHIEF) <= set(shown)
    page, paper = squeezed(Page(html[0].decode()).text), squeezed(pdf_text(pdf[0]))
    for title in MISCHIEF:
        assert squeezed(title) in page
        assert squeezed(title.replace("𠮷", "〓")) in paper
    assert "<script>" not in html[0].decode()
    assert "4,947件" in page, "what is left out on paper is said"
    assert pdf[1] == "注意: 印刷用の書体にない文字を〓としました: 𠮷（U+20BB7）"
    assert (html[1], book[1]) == ("", "")


def test_a_department_that_is_no_more_has_its_part_of_the_days_when_it_was(zesei: Command, tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, date(2024, 3, 1), *DEPARTMENTS)
    given_tasks(office, a_task("T1", deadline=MONDAY, department="0202", opened_on=date(2024, 3, 4)))
    given(office, MONDAY + timedelta(days=14), *DEPARTMENTS[:2])  # 税務課 is in the register no longer
    weekly = ("report", "weekly", "--on", "2024-03-18", "--format", "json", "--department")

    for called in ("0202", "税務課"):
        shown = zesei(*weekly, called, config=tmp_path / "config.toml").json
        assert (shown["department"], shown["totals"]["open"]) == ("税務課", 1)
    refused = zesei(*weekly, "福祉課", config=tmp_path / "config.toml", status=2)
    assert "「福祉課」という課は、令和6年3月18日までの台帳「組織」にないか、二つ以上あります。" in refused.err
