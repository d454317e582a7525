"""The weekly letter to the division: who does not answer, what waits for a decision, whom no mail reaches."""

from datetime import date, time, timedelta
from pathlib import Path

from jobs.registry import runner_of
from tests.jobs.situations import (
    a_department,
    a_task,
    an_occasion,
    an_office,
    at,
    completed,
    everything_in,
    given,
    given_tasks,
    letters,
    rows,
    run,
)  # fmt: skip
from tracker.answering import Ruling, decide, enter
from tracker.domain.submissions import Decision, Submission, SubmissionKind
from tracker.office import Office
from tracker.storage.outbox import QueuedLetter

MONDAY = date(2024, 3, 18)
DEADLINE = date(2024, 3, 1)  # a Friday
CONFIG = '[letters]\nprint = "never"\n[web]\naddress = "http://zesei.example"\n'


def an_office_of_three(folder: Path, config: str = CONFIG) -> Office:
    office = an_office(folder, config)
    given(
        office, date(2024, 1, 4), a_department(), a_department("0201", "区民課", "kumin@city.example"),
        a_department("0202", "税務課", "zei@city.example"),
    )  # fmt: skip
    return office


def answered(office: Office, key: str, on: date, kind: SubmissionKind = SubmissionKind.DONE) -> None:
    """The department answers by its link."""
    with office.store.transaction() as records:
        task = records.tasks.find(key)
        assert task is not None
        occasion = an_occasion(on)
        asked = on + timedelta(days=60) if kind is SubmissionKind.EXTENSION else None
        answer = Submission(
            key, task.department_code or "", kind, "担当", "理由", occasion.at, on, asked_deadline=asked
        )
        enter(records, task, answer, [], occasion)


def decided(office: Office, key: str, decision: Decision, on: date) -> None:
    """The division decides on what lies with it."""
    with office.store.transaction() as records:
        task, pending = records.tasks.find(key), records.submissions.pending_of(key)
        assert task is not None
        assert pending is not None
        decide(records, Ruling(pending.id or 0, task.version, decision, "証跡がない。"), an_occasion(on))


def the_letter(office: Office) -> QueuedLetter:
    (letter,) = letters(office, "unanswered")
    return letter


def lines(letter: QueuedLetter) -> list[str]:
    return [line.strip() for line in letter.body_text.splitlines() if line.strip()]


def test_departments_that_do_not_answer_are_listed_the_worst_first_with_what_they_were_sent(tmp_path: Path) -> None:
    office = an_office_of_three(tmp_path)
    given_tasks(
        office,
        a_task("T1", deadline=DEADLINE, department="0201"),
        a_task("T2", deadline=DEADLINE - timedelta(days=1), department="0202"),
        a_task("T3", deadline=DEADLINE, department="0202"),
        a_task("T4", deadline=MONDAY, department="0101"),  # due today is not overdue
    )
    for day in (DEADLINE, date(2024, 3, 8), date(2024, 3, 15)):
        run(office, "reminders", day)

    run(office, "unanswered", MONDAY)

    letter = the_letter(office)
    assert (letter.addressee, letter.recipients) == ("情報管理課", ("joho@city.example",))
    assert letter.subject == "【未回答 2課】個人情報保護に係る回答状況（令和6年3月18日）"
    said = lines(letter)
    first, second = said.index("（1）税務課　期限超過 2件"), said.index("（2）区民課　期限超過 1件")
    assert said[first + 1 : first + 5] == [
        "最も古い期限　令和6年2月29日（木）　18日超過",
        "最後の回答　　なし",
        "最後の通知　　令和6年3月15日（金）（通算3回）",
        "確認　http://zesei.example/tasks?department=0202",
    ]
    assert said[second + 1] == "最も古い期限　令和6年3月1日（金）　17日超過"
    assert "情報管理課　期限超過" not in letter.body_text


def test_what_a_department_was_sent_before_it_had_the_task_is_not_counted_as_sent_to_it(tmp_path: Path) -> None:
    office = an_office_of_three(tmp_path)
    given_tasks(office, a_task(deadline=DEADLINE, department="0201"))
    for day in (DEADLINE, date(2024, 3, 8), date(2024, 3, 15)):
        run(office, "reminders", day)
    with office.store.transaction() as records:
        task = records.tasks.find("T1")
        assert task is not None
        records.tasks.save(*task.hand_over("0202", an_occasion(date(2024, 3, 15))))

    run(office, "unanswered", MONDAY)

    said = lines(the_letter(office))
    assert said[said.index("（1）税務課　期限超過 1件") + 3] == "最後の通知　　なし"


def test_answers_wait_by_their_kinds_and_a_department_that_answered_everything_is_not_late(tmp_path: Path) -> None:
    office = an_office_of_three(tmp_path)
    given_tasks(office, *(a_task(f"T{n}", deadline=DEADLINE, department="0201") for n in (1, 2, 3)))
    answered(office, "T1", date(2024, 3, 14))
    answered(office, "T2", date(2024, 3, 15), SubmissionKind.EXTENSION)
    answered(office, "T3", MONDAY, SubmissionKind.NOT_OURS)

    run(office, "unanswered", MONDAY)

    letter = the_letter(office)
    assert letter.subject == "【確認待ち 3件】個人情報保護に係る回答状況（令和6年3月18日）"
    said = lines(letter)
    assert said[said.index("２　確認待ちのもの（3件）") + 1 :][:12] == [
        "（1）T1の是正", "区民課　完了報告", "受付　令和6年3月14日（木）　4日経過", "確認　http://zesei.example/tasks/T1",
        "（2）T2の是正", "区民課　期限延長の申出", "受付　令和6年3月15日（金）　3日経過", "確認　http://zesei.example/tasks/T2",
        "（3）T3の是正", "区民課　所管違いの申出", "受付　令和6年3月18日（月）　本日", "確認　http://zesei.example/tasks/T3",
    ]  # fmt: skip


def test_what_was_decided_waits_no_more_and_what_was_sent_back_is_unanswered_again(tmp_path: Path) -> None:
    office = an_office_of_three(tmp_path)
    given_tasks(office, *(a_task(f"T{n}", deadline=DEADLINE, department="0201") for n in (1, 2)))
    answered(office, "T1", date(2024, 3, 14))
    answered(office, "T2", date(2024, 3, 14))
    decided(office, "T1", Decision.ACCEPTED, date(2024, 3, 15))
    decided(office, "T2", Decision.SENT_BACK, date(2024, 3, 15))

    run(office, "unanswered", MONDAY)

    said = lines(the_letter(office))
    assert said[said.index("（1）区民課　期限超過 1件") + 2] == "最後の回答　　令和6年3月14日（木）"
    assert said[said.index("２　確認待ちのもの（0件）") + 1] == "ありません。"


def test_what_was_sent_back_and_answered_again_waits_once_from_its_new_day(tmp_path: Path) -> None:
    office = an_office_of_three(tmp_path)
    given_tasks(office, a_task("T1", deadline=DEADLINE, department="0201"))
    answered(office, "T1", date(2024, 3, 11))
    decided(office, "T1", Decision.SENT_BACK, date(2024, 3, 12))
    answered(office, "T1", date(2024, 3, 14))

    run(office, "unanswered", MONDAY)

    said = lines(the_letter(office))
    assert said[said.index("２　確認待ちのもの（1件）") + 3] == "受付　令和6年3月14日（木）　4日経過"


def test_a_department_that_no_mail_reaches_is_named_when_it_has_something_to_do(tmp_path: Path) -> None:
    office = an_office(tmp_path, CONFIG)
    given(
        office, date(2024, 1, 4), a_department(), a_department("0201", "区民課", mail=""),
        a_department("0202", "税務課", mail=""),
    )  # fmt: skip
    given_tasks(office, a_task(deadline=MONDAY + timedelta(days=90), department="0201"))

    run(office, "unanswered", MONDAY)

    letter = the_letter(office)
    assert letter.subject == "【未回答なし】個人情報保護に係る回答状況（令和6年3月18日）"
    assert "３　メールの届かない所管課（1課）" in letter.body_text
    assert "（1）区民課" in letter.body_text
    assert "税務課" not in letter.body_text


def test_a_week_with_nothing_to_say_has_no_letter(tmp_path: Path) -> None:
    office = an_office_of_three(tmp_path)
    given_tasks(office, a_task("T1", deadline=MONDAY, department="0201"), a_task("T2", deadline=DEADLINE))
    completed(office, "T2", MONDAY)
    before = everything_in(office, but=["job_run"])

    done = run(office, "unanswered", MONDAY)

    assert everything_in(office, but=["job_run"]) == before
    assert (done.outcome, done.summary) == ("done", "")


def test_a_second_run_on_the_day_writes_no_second_letter_and_the_next_week_has_its_own(tmp_path: Path) -> None:
    office = an_office_of_three(tmp_path)
    given_tasks(office, a_task(deadline=DEADLINE, department="0201"))

    for day, moment in ((MONDAY, time(8, 30)), (MONDAY, time(9)), (MONDAY + timedelta(days=7), time(8, 30))):
        run(office, "unanswered", day, moment)

    assert [letter.on_day for letter in letters(office, "unanswered")] == [MONDAY, MONDAY + timedelta(days=7)]


def test_a_task_that_nobody_is_known_for_is_the_divisions_own(tmp_path: Path) -> None:
    office = an_office_of_three(tmp_path)
    given_tasks(
        office, a_task("T1", deadline=DEADLINE, department=None), a_task("T2", deadline=DEADLINE, department="9999")
    )

    run(office, "unanswered", MONDAY)

    assert "（1）情報管理課　期限超過 2件" in the_letter(office).body_text


def test_without_a_known_division_the_letter_is_kept_for_print(tmp_path: Path) -> None:
    office = an_office(tmp_path, CONFIG)
    given(office, date(2024, 1, 4), a_department("0201", "区民課", "kumin@city.example"))
    given_tasks(
        office, a_task("T1", deadline=DEADLINE, department="0201"), a_task("T2", deadline=DEADLINE, department=None)
    )

    run(office, "unanswered", MONDAY)

    letter = the_letter(office)
    assert (letter.recipients, letter.department_code) == ((), None)
    assert letter.answer == "宛先のメールアドレスがありません。印刷して渡してください。"
    assert "（1）区民課　期限超過 1件" in letter.body_text
    assert "（2）所管課未定　期限超過 1件" in letter.body_text


def test_it_is_due_on_mondays_and_on_the_next_open_day_when_monday_is_closed(tmp_path: Path) -> None:
    office = an_office_of_three(tmp_path)
    given_tasks(office, a_task(deadline=DEADLINE, department="0201"))
    runner = runner_of(office)
    runner.keep_timetable(at(date(2024, 4, 19)))

    for day in (
        date(2024, 4, 19) + timedelta(days=n) for n in range(20)
    ):  # the 29th of April and the 6th of May are holidays
        runner.tick(at(day, time(8, 30)), ["unanswered"])

    assert [letter.on_day for letter in letters(office, "unanswered")] == [
        date(2024, 4, 22), date(2024, 4, 30), date(2024, 5, 7),
    ]  # fmt: skip
    assert rows(office, "SELECT DISTINCT outcome FROM job_run") == [("done",)]
