"""Letters on paper: whatever a register calls a department, its paper lies in the day's folder."""

from datetime import date
from pathlib import Path

from tests.jobs.situations import a_department, a_task, an_office, given, given_tasks, run

MONDAY = date(2024, 3, 18)


def test_a_departments_code_leads_its_paper_to_no_other_folder(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    codes = ("0301", "../../evil", "課１")
    given(office, date(2024, 3, 1), *(a_department(code, f"第{n}課", "") for n, code in enumerate(codes)))
    given_tasks(office, *(a_task(f"T{n}", deadline=MONDAY, department=code) for n, code in enumerate(codes)))

    run(office, "reminders", MONDAY)
    run(office, "delivery", MONDAY)

    printed = sorted(path.relative_to(office.data_dir).as_posix() for path in office.data_dir.rglob("*.pdf"))
    assert len(printed) == 3
    assert printed[0] == "print/2024-03-18/0301.pdf"
    assert all(path.startswith("print/2024-03-18/") for path in printed)
    assert not list(tmp_path.glob("evil*"))
