"""The small picture of open and overdue tasks over the weeks: where its points, lines and names lie."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.charts.trend import FRAME as REPORT
from tracker.domain.trends import Frame, trend_picture
from tracker.web.today import FRAME as PAGE

SUNDAY = date(2024, 3, 17)
OPEN_AND_OVERDUE = st.tuples(st.integers(0, 100_000), st.integers(0, 100_000)).map(lambda pair: (max(pair), min(pair)))
FRAMES = pytest.mark.parametrize("frame", [REPORT, PAGE])


def weeks(*counts: tuple[int, int]) -> list[tuple[date, int, int]]:
    """(week end, open, overdue) of successive weeks."""
    return [(SUNDAY + timedelta(weeks=number), *pair) for number, pair in enumerate(counts)]


@FRAMES
def test_without_weeks_there_is_no_picture(frame: Frame) -> None:
    assert trend_picture([], frame) is None


@FRAMES
@given(st.lists(OPEN_AND_OVERDUE, min_size=1, max_size=60))
def test_whatever_the_numbers_everything_lies_inside_the_frame(frame: Frame, counts: list[tuple[int, int]]) -> None:
    trend = trend_picture(weeks(*counts), frame)

    assert trend is not None
    across = [week.x for week in trend.weeks]
    assert across == sorted(across)
    assert frame.left < across[0]
    assert across[-1] < frame.width - frame.right
    down = [y for week in trend.weeks for y in (week.open_y, week.overdue_y)] + [y for _, y in trend.steps]
    assert frame.top <= min(down)
    assert max(down) <= frame.height - frame.bottom
    assert trend.label_y[0] >= 0
    assert trend.label_y[1] <= frame.height - frame.bottom
    assert trend.label_y[1] - trend.label_y[0] >= frame.label_gap - 0.15  # both are rounded to a tenth


@FRAMES
def test_a_number_twice_as_high_stands_twice_as_far_above_the_ground(frame: Frame) -> None:
    trend = trend_picture(weeks((8, 4), (2, 0)), frame)

    assert trend is not None
    ground, first, second = frame.height - frame.bottom, trend.weeks[0], trend.weeks[1]
    assert ground - first.open_y == pytest.approx(2 * (ground - first.overdue_y), abs=0.2)
    assert ground - first.open_y == pytest.approx(4 * (ground - second.open_y), abs=0.4)
    assert second.overdue_y == ground


@pytest.mark.parametrize(
    ("highest", "steps"),
    [(0, [0, 1, 2]), (1, [0, 1, 2]), (3, [0, 2, 4]), (10, [0, 5, 10]), (11, [0, 10, 20]), (230, [0, 200, 400])],
)
def test_the_lines_across_bear_whole_round_numbers(highest: int, steps: list[int]) -> None:
    trend = trend_picture(weeks((highest, 0)), PAGE)

    assert trend is not None
    assert [number for number, _ in trend.steps] == steps


@FRAMES
def test_names_stand_at_the_last_points_and_give_way_to_each_other_when_these_are_close(frame: Frame) -> None:
    apart, close = trend_picture(weeks((90, 10)), frame), trend_picture(weeks((90, 89)), frame)

    assert apart is not None
    assert close is not None
    assert apart.label_y == pytest.approx((apart.weeks[-1].open_y, apart.weeks[-1].overdue_y))
    assert close.label_y[1] - close.label_y[0] == pytest.approx(frame.label_gap, abs=0.1)
    assert sum(close.label_y) == pytest.approx(close.weeks[-1].open_y + close.weeks[-1].overdue_y, abs=0.1)
