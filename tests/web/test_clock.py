"""今日 tells of a clock that leapt, and only the administrator says that it is right."""

from datetime import timedelta
from pathlib import Path

from tests.web.situations import NINE, administrator, an_office, division
from tracker.clock_watch import ClockWatch, read_watch, write_watch


def test_a_clock_that_leapt_is_told_on_today_and_confirmed_by_the_administrator_alone(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    write_watch(office.data_dir, ClockWatch(NINE, leapt_from=NINE - timedelta(days=366), leapt_to=NINE))
    clerk, keeper = division(office), administrator(office)

    assert "管理者が時計を確かめると再開します。" in clerk.get("/").text
    assert clerk.post("/clock").status_code == 403
    assert read_watch(office.data_dir).is_held
    assert "時計は正しい" in keeper.get("/").text
    assert keeper.post("/clock").status_code in (200, 303)

    assert not read_watch(office.data_dir).is_held
    assert "止めています" not in keeper.get("/").text
    with office.store.reading() as records:
        assert [entry.kind for entry in records.events.about("clock")] == ["ClockAccepted"]
