"""Charts: well-formed drawings that say themselves in words, keep their numbers and never rest on colour alone."""

import itertools
import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from notifications.charts import StatusBar, TimelineRow, status_chart, timeline_chart, trend_chart
from tracker.domain.bars import Span

SVG = "{http://www.w3.org/2000/svg}"
TODAY = date(2024, 3, 18)
HALF_YEAR = Span(date(2024, 1, 1), date(2024, 6, 30))
MISCHIEF = '<script>x</script> {{ 7*7 }} & "q" \x00\ufffe'
SHOWN = '<script>x</script> {{ 7*7 }} & "q" '


def drawing(svg: str) -> ElementTree.Element:
    """The drawing, when it is one that needs nothing and acts in nothing."""
    root = ElementTree.fromstring(svg)
    tags = {each.tag.removeprefix(SVG) for each in root.iter()}
    assert tags <= {
        "svg",
        "title",
        "desc",
        "defs",
        "pattern",
        "g",
        "rect",
        "line",
        "path",
        "circle",
        "polyline",
        "text",
    }
    assert not any(
        "href" in name or name.startswith("on") or name == "style" for each in root.iter() for name in each.attrib
    )
    assert root.get("role") == "img"
    assert [each.tag for each in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root.get("font-family", "").startswith("'BIZ UDPGothic'")
    assert root.get("font-size")
    return root


def desc(root: ElementTree.Element) -> str:
    found = root.find(f"{SVG}desc")
    assert found is not None
    return found.text or ""


def texts(root: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in root.iter(f"{SVG}text")]


def fills(root: ElementTree.Element) -> list[str]:
    return [each.get("fill", "") for each in root.iter(f"{SVG}rect") if each.get("height") == "14"]


def weeks(number: int) -> list[tuple[date, int, int]]:
    return [(TODAY - timedelta(days=7 * back), 1231 + back, 17 + back) for back in reversed(range(number))]


def test_a_trend_names_its_lines_by_shape_and_number_and_tells_every_week_in_words() -> None:
    root = drawing(trend_chart(weeks(12)))

    assert "○ 未完了 1,231" in texts(root)
    assert "▲ 期限超過 17" in texts(root)
    assert desc(root).count("、") == 11
    assert desc(root).endswith("令和6年3月18日 未完了1231件 期限超過17件")
    assert [each.get("stroke-dasharray") for each in root.iter(f"{SVG}polyline")] == [None, "5 3"]
    assert len(list(root.iter(f"{SVG}circle"))) == 12


@pytest.mark.parametrize("number", [1, 2, 12, 53, 200])
def test_the_days_below_a_trend_do_not_run_into_each_other_and_the_last_is_there(number: int) -> None:
    root = drawing(trend_chart(weeks(number)))

    days = [
        (float(each.get("x", "")), each.text) for each in root.iter(f"{SVG}text") if each.get("text-anchor") == "middle"
    ]
    places = [x for x, _ in days]
    assert all(after - before >= 33 for before, after in itertools.pairwise(places))
    assert days[-1][1] == "3/18"


def test_the_worst_department_comes_first_and_its_parts_are_as_long_as_their_numbers() -> None:
    root = drawing(status_chart([StatusBar("甲課", 0, 2, 6), StatusBar("乙課", 4, 0, 4), StatusBar("丙課", 4, 4, 8)]))

    names = [text for text in texts(root) if text.endswith("課")]
    assert names == ["丙課", "乙課", "甲課"]
    boxes = [
        (each.get("fill"), float(each.get("width", "")))
        for each in root.iter(f"{SVG}rect")
        if each.get("height") == "14"
    ]
    assert boxes == [
        ("#8c1515", 80.0), ("url(#hatched)", 80.0), ("#ffffff", 160.0), ("#8c1515", 80.0), ("#ffffff", 80.0),
        ("url(#hatched)", 40.0), ("#ffffff", 120.0),
    ]  # fmt: skip
    assert desc(root).startswith("丙課 期限超過4件 確認待ち4件 期限内8件、乙課")
    assert texts(root).count("▲ 4") == 2


def test_beyond_twenty_departments_the_rest_is_one_bar_and_no_task_is_lost() -> None:
    root = drawing(status_chart([StatusBar(f"第{n}課", n, 1, 2) for n in range(30)]))

    names = [text for text in texts(root) if "課" in text]
    assert names[:20] == [f"第{n}課" for n in range(29, 9, -1)]
    assert names[20:] == ["その他（10課）"]
    assert desc(root).endswith("その他（10課） 期限超過45件 確認待ち10件 期限内20件")
    assert sum(map(int, re.findall(r"期限超過(\d+)件", desc(root)))) == sum(range(30))


def test_a_long_name_takes_two_lines_and_is_cut_there_but_not_in_words() -> None:
    name = "まちづくり推進部市街地整備計画課再開発事業担当区画整理事業担当"
    root = drawing(status_chart([StatusBar(name, 1, 0, 0)]))

    lines = [text for text in texts(root) if text and text[0] in name]
    assert lines[-2:] == [name[:14], name[14:27] + "…"]
    assert name in desc(root)


def test_a_chart_of_departments_without_a_task_has_no_bar() -> None:
    assert fills(drawing(status_chart([StatusBar("甲課", 0, 0, 0)]))) == []


def test_a_bar_runs_from_the_opening_to_the_deadline_and_what_is_late_is_filled() -> None:
    row = TimelineRow("見直し", date(2024, 1, 1), date(2024, 2, 29))
    root = drawing(timeline_chart([row], HALF_YEAR, TODAY))

    bars = [each for each in root.iter(f"{SVG}rect") if each.get("height") == "10"]
    day = 390 / 182
    assert [float(each.get("x", "")) for each in bars] == pytest.approx([200, 200 + 60 * day], abs=0.2)
    assert [float(each.get("width", "")) for each in bars] == pytest.approx([60 * day, 18 * day], abs=0.2)
    assert [each.get("fill") for each in bars] == ["#ffffff", "#8c1515"]
    assert "▲ 18日超過" in texts(root)
    assert "現在 3/18" in texts(root)
    assert desc(root) == "見直し 令和6年1月1日から 期限 令和6年2月29日 18日超過"


def test_what_is_done_what_has_no_deadline_and_what_was_put_off_differ_in_shape() -> None:
    done = TimelineRow("甲", date(2024, 1, 10), date(2024, 3, 1), completed_on=date(2024, 2, 20))
    endless = TimelineRow("乙", date(2024, 1, 10), None)
    put_off = TimelineRow("丙", date(2024, 1, 10), date(2024, 5, 1), first_deadline=date(2024, 4, 1))
    given_up = TimelineRow("丁", date(2024, 1, 10), date(2024, 5, 1), withdrawn_on=date(2024, 2, 1))
    root = drawing(timeline_chart([done, endless, put_off, given_up], HALF_YEAR, TODAY))

    groups = [each for each in root if each.tag == f"{SVG}g"]
    shapes = [[each.tag.removeprefix(SVG) for each in group if each.tag != f"{SVG}text"] for group in groups]
    assert shapes == [
        ["rect", "circle", "line"], ["rect", "line"], ["rect", "path", "path", "line"], ["rect", "circle", "line"],
    ]  # fmt: skip
    assert [text for text in texts(root) if text in ("完了", "期限なし", "あと44日", "取下げ")] == [
        "完了",
        "期限なし",
        "あと44日",
        "取下げ",
    ]


def test_beyond_forty_tasks_a_line_says_how_many_more_there_are() -> None:
    root = drawing(timeline_chart([TimelineRow(f"第{n}号", TODAY, TODAY) for n in range(45)], HALF_YEAR, TODAY))

    assert "ほかに5件あります。" in texts(root)
    assert desc(root).endswith("、ほか5件")
    assert len([text for text in texts(root) if text.startswith("第")]) == 40


def test_a_day_outside_the_span_has_no_line_and_months_do_not_run_into_each_other() -> None:
    years = Span(date(2020, 1, 1), date(2024, 1, 1))
    root = drawing(timeline_chart([TimelineRow("甲", date(2019, 1, 1), date(2030, 1, 1))], years, TODAY))

    assert not any("現在" in text for text in texts(root))
    months = [float(each.get("x", "")) for each in root.iter(f"{SVG}text") if (each.text or "").endswith("月")]
    assert all(after - before >= 29 for before, after in itertools.pairwise(months))
    (bar,) = [each for each in root.iter(f"{SVG}rect") if each.get("height") == "10"]
    assert (bar.get("x"), bar.get("width")) == ("200.0", "390.0")


def test_mischief_in_a_name_is_drawn_as_it_was_written() -> None:
    for svg in (
        status_chart([StatusBar(MISCHIEF, 1, 0, 0)]),
        timeline_chart([TimelineRow(MISCHIEF, TODAY, TODAY)], HALF_YEAR, TODAY),
    ):
        assert SHOWN in desc(drawing(svg))


def test_of_nothing_there_is_no_chart() -> None:
    assert (trend_chart([]), status_chart([]), timeline_chart([], HALF_YEAR, TODAY)) == ("", "", "")
