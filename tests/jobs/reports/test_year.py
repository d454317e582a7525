"""A year of an office's life, day by day: each Monday's report is kept, and told again from the records at its end."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from hashlib import sha256

import pytest

from jobs.reports.issuing import Issue, compare, issue, retold
from jobs.reports.kinds import KINDS
from jobs.reports.weekly import weekly_report
from jobs.reports.writing import written
from tests.jobs.situations import (
    Row,
    a_department,
    a_file,
    a_letter,
    a_person,
    a_system,
    a_task,
    an_absence,
    an_account,
    an_occasion,
    an_office,
    given,
    run,
    whose_clock_stands_still,
)  # fmt: skip
from tests.notifications.papers.readers import Page, pdf_text, sheet_text, sheets_of, squeezed
from tracker.domain.events import Event, Happened
from tracker.domain.tasks import Task
from tracker.excepting import Asked, except_flag
from tracker.office import Office
from tracker.storage.database import to_json
from tracker.storage.horizon import Horizon
from tracker.storage.reports import IssuedReport

FIRST, LAST = date(2023, 4, 1), date(2024, 3, 31)
CODES = ("0101", "0201", "0202", "0301", "0302")
NAMES = ("情報管理課", "区民課", "税務課", "福祉課", "保育課")
MORNING, NOON, EVENING, NIGHT = time(6), time(12), time(17), time(20)
LATER_NAMES = ("情報政策課", *NAMES[1:])


@dataclass
class Known:
    """What the test itself knows of one task; it reads nothing from the records."""

    department: str | None
    deadline: date | None
    state: str = "open"  # open, answered, done, withdrawn
    was_never_open: bool = False

    @property
    def is_open(self) -> bool:
        return self.state in ("open", "answered")


@dataclass
class Year:
    """The office, what the test knows of it, and what it counted by itself each Monday at the hour of the report."""

    office: Office
    dice: random.Random
    known: dict[str, Known] = field(default_factory=dict)
    counted: dict[date, dict[str, int]] = field(default_factory=dict)
    by_department: dict[date, Counter[str]] = field(default_factory=dict)
    issued: list[IssuedReport] = field(default_factory=list)
    week: Counter[str] = field(default_factory=Counter)
    before: dict[str, Known] = field(default_factory=dict)

    def live(self) -> None:
        """Every day from the first to the last."""
        for day in (FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)):
            if day.day == 1:
                self.registers(day)
            if day.weekday() in (0, 3):
                run(self.office, "checks", day, MORNING)
                run(self.office, "reminders", day, MORNING)
            self.things_happen(day, time(7))
            if day.weekday() == 0:
                self.report(day)
            self.things_happen(day, NOON)
            self.things_happen(day, EVENING)
            if day.weekday() == 0:
                self.monday_after_the_report(day)

    def registers(self, day: date, spelling: str = "") -> None:
        """New exports of the registers; a department is renamed in the middle of the year, people come and go."""
        names = [f"{name}{spelling}" for name in (NAMES if day < date(2023, 10, 1) else LATER_NAMES)]
        rows = [a_department(code, name, f"{code}@city.example") for code, name in zip(CODES, names, strict=True)]
        rows += [a_person(str(number), CODES[number % 5]) for number in range(1, 9)]
        rows += [a_system("S", specific="○", cycle="毎月", due_days=10, start=FIRST)]
        rows += [an_account(f"u{number}", str(number)) for number in range(1, 9)]
        absent = [an_absence(date(2023, 1, 10) + timedelta(days=40 * n), None, str(n)) for n in range(1, 4)]
        published = [a_file(f"F{n}", published_on=day if self.dice.random() < 0.3 else "") for n in range(4)]
        given(self.office, day, *rows, *absent, *published, self.finding(), empty=("ログ分析報告",))

    def monday_after_the_report(self, day: date) -> None:
        """What that day's report could not know yet: new exports, another look, exceptions, letters that came back."""
        if self.dice.random() < 0.4:
            self.registers(day, f"（{day.month}月{day.day}日夜から）")
            run(self.office, "checks", day, NIGHT)
        with self.office.store.transaction() as records:
            occasion = an_occasion(day, NIGHT)
            flag = self.dice.choice(records.flags.open_now() or [None])
            if flag is not None and flag.exception_id is None:
                until = day + timedelta(days=self.dice.randrange(1, 60))
                asked = Asked(flag.id or 0, "更新中のため", until, "課長")
                except_flag(records, asked, self.office.calendar, occasion)
            kind = self.dice.choice((Happened.LETTER_GIVEN_UP, Happened.LETTER_BOUNCED, Happened.LETTER_ACCEPTED))
            letters = records.outbox.newest(5)
            records.events.append([Event(kind, f"letter:{one.key}", occasion) for one in letters])

    @staticmethod
    def finding() -> Row:
        cells = {"指導番号": "1(1)", "法律": "番号法", "件名": "ログの分析", "指導内容": "分析すること"}
        return Row("指導事項", {**cells, "所属コード": "0101"})

    def things_happen(self, day: date, moment: time) -> None:
        """A few things that people do in an office."""
        deeds = [self.enter, self.enter, self.answer, self.decide, self.decide, self.move, self.extend, self.withdraw,
                 self.reopen, self.enter_done]  # fmt: skip
        for deed in self.dice.sample(deeds, k=2):
            deed(day, moment)

    def enter(self, day: date, moment: time) -> None:
        key, department = f"T{len(self.known):04}", self.dice.choice(CODES)
        deadline = None if self.dice.random() < 0.1 else day + timedelta(days=self.dice.randrange(60))
        task = replace(a_task(key, deadline=deadline, department=department, opened_on=day), origin_ref="1(1)")
        self._open(task, day, moment)
        self.known[key] = Known(department, deadline)

    def enter_done(self, day: date, moment: time) -> None:
        """Entered with the day on which it had been done: neither new work nor work of this week."""
        key = f"T{len(self.known):04}"
        task = replace(a_task(key, deadline=None, opened_on=day), origin_ref="1(1)")
        with self.office.store.transaction() as records:
            occasion = an_occasion(day, moment)
            records.tasks.open_all([task], occasion)
            records.tasks.save(*task.complete("実施済み", occasion, on=day - timedelta(days=30)))
        self.known[key] = Known("0101", None, "done", was_never_open=True)

    def answer(self, day: date, moment: time) -> None:
        if key := self._some("open"):
            self._save(
                key, day, moment, lambda t, o: t.answer(Happened.TASK_REPORTED, o, note="済", officer="職員０１")
            )
            self.known[key].state = "answered"

    def decide(self, day: date, moment: time) -> None:
        """Accepted as done on an earlier day, or sent back."""
        if key := self._some("answered"):
            earlier = day - timedelta(days=self.dice.randrange(9))
            accept = self.dice.random() < 0.7
            if accept:
                self._save(key, day, moment, lambda t, o: t.complete("確認", o, on=earlier))
            else:
                self._save(key, day, moment, lambda t, o: t.send_back("写しがありません。", o))
            self.known[key].state = "done" if accept else "open"

    def move(self, day: date, moment: time) -> None:
        if key := self._some("open"):
            to = self.dice.choice([code for code in CODES if code != self.known[key].department])
            self._save(key, day, moment, lambda t, o: t.hand_over(to, o))
            self.known[key].department = to

    def extend(self, day: date, moment: time) -> None:
        key = self._some("open")
        if key and self.known[key].deadline:
            later = day + timedelta(days=self.dice.randrange(1, 90))
            self._save(key, day, moment, lambda t, o: t.extend(later, "", "協議のため", o))
            self.known[key].deadline = later

    def withdraw(self, day: date, moment: time) -> None:
        if self.dice.random() < 0.3 and (key := self._some("open")):
            self._save(key, day, moment, lambda t, o: t.withdraw("重複のため", o))
            self.known[key].state = "withdrawn"

    def reopen(self, day: date, moment: time) -> None:
        if self.dice.random() < 0.3 and (key := self._some("done")):
            self._save(key, day, moment, lambda t, o: t.reopen("誤りのため", o))
            self.known[key] = replace(self.known[key], state="open", was_never_open=False)

    def report(self, day: date) -> None:
        """The Monday report, and the test's own count at the same hour."""
        with self.office.store.transaction() as records:
            self.issued.append(issue(records, self.office, KINDS["weekly"], an_occasion(day, time(8, 30))).report)
        still = {key: one for key, one in self.known.items() if one.is_open}
        were_open = {key for key, one in self.before.items() if one.is_open}
        late = {key for key, one in still.items() if one.deadline and one.deadline < day}
        week_ago = day - timedelta(days=7)
        were_late = {
            key for key in were_open if (deadline := self.before[key].deadline) is not None and deadline < week_ago
        }
        new = {key for key, one in self.known.items() if key not in self.before and not one.was_never_open}
        done = {key for key, one in self.known.items() if one.state == "done" and (key in were_open or key in new)}
        gone = {key for key, one in self.known.items() if one.state == "withdrawn" and (key in were_open or key in new)}
        reopened = {key for key in still if key in self.before and key not in were_open}
        self.counted[day] = {
            "open": len(still), "overdue": len(late), "done": len(done), "new": len(new), "withdrawn": len(gone),
            "reopened": len(reopened), "newly_overdue": len(late - were_late),
            "answered": sum(one.state == "answered" for one in still.values()),
        }  # fmt: skip
        self.by_department[day] = Counter(one.department or "" for one in still.values())
        self.before = {key: replace(one) for key, one in self.known.items()}

    def _some(self, state: str) -> str | None:
        keys = [key for key, one in self.known.items() if one.state == state]
        return self.dice.choice(keys) if keys else None

    def _open(self, task: Task, day: date, moment: time) -> None:
        with self.office.store.transaction() as records:
            records.tasks.open_all([task], an_occasion(day, moment))

    def _save(self, key: str, day: date, moment: time, change: object) -> None:
        with self.office.store.transaction() as records:
            task = records.tasks.find(key)
            assert task is not None
            records.tasks.save(*change(task, an_occasion(day, moment)))  # type: ignore[operator]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    office = whose_clock_stands_still(an_office(tmp_path_factory.mktemp("year")))
    year = Year(office, random.Random(20230401))
    year.live()
    yield year
    office.store.engine.dispose()


def of_findings(report: IssuedReport) -> dict[str, int]:
    """The counts of the report's one finding: the tasks that the test itself entered."""
    (finding,) = report.facts["findings"]
    counts: dict[str, int] = finding["counts"]
    return counts


def test_the_numbers_of_each_monday_are_those_that_the_test_counted_by_itself(year: Year) -> None:
    assert len(year.issued) == 52
    assert sum(counts["overdue"] for counts in year.counted.values()) > 100
    assert all(sum(counts[name] for counts in year.counted.values()) > 5 for name in next(iter(year.counted.values())))
    for listed in ("exceptions", "lost", "unanswered", "coming", "changes"):
        assert sum(len(report.facts[listed]) for report in year.issued) > 20, listed
    for report in year.issued:
        shown = of_findings(report)
        assert {name: shown[name] for name in year.counted[report.on_day]} == year.counted[report.on_day], report.on_day


def test_what_was_open_and_what_came_and_went_add_up_to_what_is_open(year: Year) -> None:
    for report in year.issued[1:]:
        now, then = report.facts["totals"], report.facts["previous"]
        assert then["open"] + now["new"] + now["reopened"] - now["done"] - now["withdrawn"] == now["open"], (
            report.on_day
        )


def test_departments_and_findings_add_up_to_the_whole(year: Year) -> None:
    for report in year.issued:
        departments = [row["counts"] for row in report.facts["departments"]]
        for name in ("open", "overdue", "done", "new", "newly_overdue"):
            assert sum(counts[name] for counts in departments) == report.facts["totals"][name], (report.on_day, name)
        checks = sum(row["counts"]["open"] for row in report.facts["checks"])
        assert checks + of_findings(report)["open"] == report.facts["totals"]["open"]


def test_every_one_of_the_fifty_two_is_told_again_with_the_same_facts_whatever_came_later(year: Year) -> None:
    _upset(year)

    with year.office.store.reading() as records:
        for report in year.issued:
            assert to_json(retold(records, year.office, report)) == to_json(dict(report.facts)), report.on_day


def test_asked_again_today_a_past_day_differs_only_by_what_was_entered_for_it_later(year: Year) -> None:
    report = year.issued[20]
    with year.office.store.reading() as records:
        differences = compare(records, year.office, report, an_occasion(LAST + timedelta(days=9)))
        events = records.connection.exec_driver_sql(
            "SELECT count(*) FROM event WHERE on_day = ? AND id > ?", (str(report.on_day), report.horizon["event"])
        ).scalar_one()

    assert events > 0, "something happened on that Monday after the report"
    assert differences != ()
    assert all(one.place.partition(".")[0] in report.facts for one in differences)


def test_issued_again_a_report_is_the_same_edition_until_something_is_entered_for_its_day(year: Year) -> None:
    def issued(moment: time) -> Issue:
        with year.office.store.transaction() as records:
            return issue(records, year.office, KINDS["weekly"], an_occasion(LAST, moment))

    first, again = issued(time(20)), issued(time(21))
    year.enter(LAST, time(22))
    second = issued(time(23))

    assert (first.is_new, first.report.edition, first.differences) == (True, 1, ())
    assert (again.is_new, again.report) == (False, first.report)
    assert (second.is_new, second.report.edition) == (True, 2)
    changed = {one.place: (one.old, one.new) for one in second.differences}
    before = first.report.facts["totals"]["open"]
    assert changed["totals.open"] == (before, before + 1)
    assert changed["totals.new"][1] == changed["totals.new"][0] + 1


def test_the_trend_of_a_report_is_the_numbers_of_the_reports_before_it(year: Year) -> None:
    for place in range(12, 52):
        report = year.issued[place]
        earlier = year.issued[place - 11 : place + 1]
        expected = [
            [one.on_day.isoformat(), one.facts["totals"]["open"], one.facts["totals"]["overdue"]] for one in earlier
        ]
        assert [list(week) for week in report.facts["trend"]] == expected, report.on_day


def _upset(year: Year) -> None:
    """After the year much changes: everything open is done, departments have other names, files say otherwise."""
    after, office = LAST + timedelta(days=5), year.office
    for key in [key for key, one in year.known.items() if one.is_open]:
        year._save(key, after, NOON, lambda t, o: t.complete("年度末に確認", o, on=date(2023, 6, 1)))
        year.known[key].state = "done"
    rows = [a_department(code, f"新{name}", f"{code}@city.example") for code, name in zip(CODES, NAMES, strict=True)]
    given(office, after, *rows, a_file("F9"))
    given(office, date(2023, 8, 15), a_file("F0", published_on="2023-08-01"), a_file("F7"))  # an export that came late
    with office.store.transaction() as records:
        odd = an_occasion(date(2023, 9, 5), NOON)  # entered later for an earlier day
        records.events.append([Event(Happened.REPORT_ISSUED, "report:odd", odd)])
        monday = an_occasion(date(2023, 9, 4), NOON)
        lost = [one for one in records.outbox.newest(1_000) if one.on_day < monday.on_day][:3]
        records.events.append([Event(Happened.LETTER_GIVEN_UP, f"letter:{one.key}", monday) for one in lost])
        for number, code in enumerate(CODES):
            told = a_letter(900_000 + number, queued_at=odd.at)
            records.outbox.queue(replace(told, kind="reminder", department_code=code, on_day=date(2023, 4, 10)))
        late = replace(a_task("late", deadline=date(2023, 9, 1), opened_on=date(2023, 9, 1)), origin_ref="1(1)")
        records.tasks.open_all([late], an_occasion(date(2023, 9, 1)))


def test_facts_are_kept_with_their_hash_and_the_programs_version(year: Year) -> None:
    for report in year.issued:
        written = json.dumps(report.facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert report.sha256 == sha256(written.encode()).hexdigest()
        assert report.version


def test_a_report_of_one_department_counts_only_its_own(year: Year) -> None:
    report = year.issued[-1]
    with year.office.store.reading() as records:
        for code in CODES:
            horizon = Horizon.from_json(report.horizon)
            own = weekly_report(records, year.office, an_occasion(report.on_day), horizon, code)
            (row,) = [row for row in report.facts["departments"] if row["code"] == code]
            assert own.totals.open == row["counts"]["open"]
            assert own.totals.overdue == row["counts"]["overdue"]


def test_the_figures_of_a_real_report_agree_in_every_format(year: Year) -> None:
    kind, report = KINDS["weekly"], year.issued[40]
    value = kind.from_json(dict(report.facts))
    forms = {form: written(kind, value, form)[0] for form in kind.formats}
    texts = {
        "html": squeezed(Page(forms["html"].decode()).text), "pdf": squeezed(pdf_text(forms["pdf"])),
        "xlsx": squeezed(sheet_text(forms["xlsx"])),
    }  # fmt: skip

    for row in report.facts["departments"]:
        counts = row["counts"]
        numbers = "".join(str(counts[name]) for name in ("open", "overdue", "new", "done"))
        for form, text in texts.items():
            assert squeezed(row["name"]) + numbers in text, (form, row["name"])
    for change in report.facts["changes"]:
        for form, text in texts.items():
            assert squeezed(change["title"]) in text, form
    sheet = sheets_of(forms["xlsx"])["所管課別"]
    shown = [line[1:5] for line in sheet if line[0] in {row["name"] for row in report.facts["departments"]}]
    assert [[_whole(cell) for cell in line] for line in shown] == [
        [row["counts"][name] for name in ("open", "overdue", "new", "done")] for row in report.facts["departments"]
    ]
    assert json.loads(forms["json"]) == report.facts


def _whole(cell: object) -> int:
    return int(float(str(cell)))
