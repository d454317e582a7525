"""Pages of a register against a plain list: every row once, in order, forwards and backwards, on any day."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from tests.builders import a_file, a_row, take
from tracker.domain.events import Occasion
from tracker.domain.register_lists import list_of
from tracker.domain.registers import ACCOUNT, DEPARTMENT, STAFF, Register
from tracker.office import Office, open_office
from tracker.registers.correcting import Correction, typed_row
from tracker.storage.screens.register_counts import Count, count_rows
from tracker.storage.screens.register_rows import Place, RowsWanted, all_rows, rows_page

DAYS = tuple(date(2024, 1, 1) + timedelta(days=7 * week) for week in range(4))
PER_PAGE = 7
PEOPLE = [f"職員{number:02d}" for number in range(7)] + ["00007の人"]
Line = dict[str, Any]


def pages_forwards(office: Office, wanted: RowsWanted) -> list[tuple[Any, ...]]:
    rows, after, turns = list[tuple[Any, ...]](), None, 0
    while turns < 100:
        with office.store.reading() as records:
            page = rows_page(records.connection, wanted, after=after, per_page=PER_PAGE)
        assert (page.first is None) == (after is None or not page.rows)
        rows += page.rows
        after, turns = page.last, turns + 1
        if after is None:
            return rows
    raise AssertionError("it never ends")


def pages_backwards(office: Office, wanted: RowsWanted, total: int) -> list[tuple[Any, ...]]:
    """From the last page on; the first page comes whole, so what was seen already is cut off."""
    rows, before, is_first = list[tuple[Any, ...]](), None, True
    while is_first or before is not None:
        with office.store.reading() as records:
            page = rows_page(records.connection, wanted, before=before, from_the_end=is_first, per_page=PER_PAGE)
        left = total - len(rows)
        rows = [*page.rows[: min(left, PER_PAGE)], *rows]
        before, is_first = page.first, False
    return rows


def in_order(lines: list[Line], register: Register, sort: str, *, descending: bool) -> list[Line]:
    """The plain way: rows without a value last, those with one and of equal value by key."""
    keys = register.keys
    by_key = sorted(lines, key=lambda line: [line[name] for name in keys], reverse=descending)
    if not sort:
        return by_key
    with_value = [line for line in by_key if line[sort] is not None]
    return sorted(with_value, key=lambda line: line[sort], reverse=descending) + [
        line for line in by_key if line[sort] is None
    ]


FILTERS: dict[str, tuple[dict[str, Any], Callable[[Line], bool]]] = {
    "everything": ({}, lambda line: True),
    "one system": ({"system_code": "S2"}, lambda line: line["system_code"] == "S2"),
    "a state": ({"state": "停止"}, lambda line: line["state"] == "停止"),
    "a state of a system": (
        {"system_code": "S1", "state": "有効"},
        lambda line: (line["system_code"], line["state"]) == ("S1", "有効"),
    ),
    "nobody's": ({"staff_no": None}, lambda line: line["staff_no"] is None),
    "somebody's": ({"staff_no": "00003"}, lambda line: line["staff_no"] == "00003"),
    "nothing": ({"state": "削除"}, lambda line: False),
}


@pytest.mark.parametrize("is_large", [False, True])
@pytest.mark.parametrize("name", FILTERS)
def test_pages_hold_every_row_once_in_order_on_each_day(
    office: Office, known: dict[date, list[Line]], name: str, *, is_large: bool
) -> None:
    filters, holds = FILTERS[name]
    for day in (DAYS[0] - timedelta(days=1), *DAYS, DAYS[-1] + timedelta(days=400), DAYS[1] - timedelta(days=1)):
        said = [line for line in known.get(max((d for d in DAYS if d <= day), default=day), []) if holds(line)]
        for sort in ("", *list_of(ACCOUNT).sorts):
            for descending in (False, True):
                wanted = RowsWanted(ACCOUNT, day, filters, "", sort, descending, is_large)
                expected = [tuple(line.values()) for line in in_order(said, ACCOUNT, sort, descending=descending)]

                assert pages_forwards(office, wanted) == expected
                assert pages_backwards(office, wanted, len(expected)) == expected
                with office.store.reading() as records:
                    assert list(all_rows(records.connection, wanted)) == expected
                    assert count_rows(records.connection, wanted) == Count(len(expected))


@pytest.mark.parametrize("words", ["u0", "u01", "U0", "00003", "u", "zz", "%", "_", "'", "\U0010ffff", "u" * 300])
@pytest.mark.parametrize("state", [None, "停止"])
def test_a_large_register_finds_the_beginning_of_a_user_id_and_a_whole_staff_number(
    office: Office, known: dict[date, list[Line]], words: str, state: str | None
) -> None:
    lines = [line for line in known[DAYS[-1]] if state in (None, line["state"])]
    begins = [line for line in lines if line["user_id"].startswith(words)]
    whose = [line for line in lines if line["staff_no"] == words and line not in begins]
    filters = {"state": state} if state else {}
    wanted = RowsWanted(ACCOUNT, DAYS[-1], filters, words, is_large=True)

    expected = [
        tuple(line.values()) for found in (begins, whose) for line in in_order(found, ACCOUNT, "", descending=False)
    ]
    assert pages_forwards(office, wanted) == expected
    assert pages_backwards(office, wanted, len(expected)) == expected


def test_a_small_register_finds_words_in_any_text_whatever_their_width(office: Office) -> None:
    for words, names in (
        ("職員０３", ["職員03"]),
        ("00003", ["職員03"]),
        ("職員03 00003", ["職員03"]),
        ("ぬ", []),
        ("%", []),
    ):
        with office.store.reading() as records:
            found = rows_page(records.connection, RowsWanted(STAFF, DAYS[0], {}, words)).rows
        assert [row[1] for row in found] == names, words


def test_who_is_found_by_number_and_by_name_stands_in_the_list_once(office: Office) -> None:
    for words, names in (("0000", ["職員00", *PEOPLE[1:]]), ("00007", [PEOPLE[7]]), ("00", ["職員00", *PEOPLE[1:]])):
        wanted = RowsWanted(STAFF, DAYS[0], {}, words, is_large=True)
        assert [row[1] for row in pages_forwards(office, wanted)] == names
        assert [row[1] for row in pages_backwards(office, wanted, len(names))] == names


@pytest.mark.parametrize("code", ["1", "9999"])
def test_the_imports_tell_how_many_rows_there_are_or_they_are_counted(tmp_path: Path, code: str) -> None:
    """Files and corrections on several days, taken in in every order of three."""
    for number, order in enumerate(permutations(("first file", "correction", "second file"))):
        office = open_office(None, tmp_path / str(number))
        for what in order:
            occasion = Occasion("職員０１", datetime(2024, 1, 2, tzinfo=UTC), DAYS[0] + timedelta(days=3))
            if what == "correction":
                row, _ = typed_row(DEPARTMENT, {"code": code, "division": "部", "name": "課"}, occasion)
                with office.store.transaction() as records:
                    Correction("足りない課", occasion, {"組織": [row]}).enter(records)
            else:
                day, codes = (DAYS[0], "12") if what == "first file" else (DAYS[1], ["9999", "1", "3", "4"])
                rows = [a_row("組織", 所属コード=code) for code in codes]
                take(office, a_file(tmp_path / what / str(number), "組織", *rows), on=day)
        for day in (DAYS[0], DAYS[0] + timedelta(days=3), DAYS[1], DAYS[2]):
            with office.store.reading() as records:
                wanted = RowsWanted(DEPARTMENT, day)
                assert count_rows(records.connection, wanted).number == len(list(all_rows(records.connection, wanted)))


def test_a_place_that_is_not_in_the_list_begins_behind_where_it_would_stand(office: Office) -> None:
    wanted = RowsWanted(ACCOUNT, DAYS[-1])
    everything = pages_forwards(office, wanted)
    for values in (("S1", "u0"), ("", ""), ("S2", "\U0010ffff"), ("zz", "zz"), ("S1'; --", "%")):
        with office.store.reading() as records:
            page = rows_page(records.connection, wanted, after=Place(0, values), per_page=PER_PAGE)
        assert list(page.rows) == [row for row in everything if row[:2] > values][:PER_PAGE]


def test_counting_stops_at_its_limit(office: Office) -> None:
    with office.store.reading() as records:
        some = RowsWanted(ACCOUNT, DAYS[-1], {"state": "有効"}, is_large=True)
        assert count_rows(records.connection, some, 5) == Count(5, is_least=True)


def a_line(dice: random.Random, system: int, number: int) -> Line:
    return {
        "system_code": f"S{system}", "user_id": f"u{number:02d}",
        "staff_no": dice.choice([None, f"{dice.randrange(8):05d}"]), "access_right": dice.choice([None, "更新", "照会"]),
        "state": dice.choice(["有効", "有効", "停止"]),
        "suspended_on": dice.choice([None, date(2023, 5, dice.randint(1, 28))]),
        "last_login_on": dice.choice([None, date(2023, 6, dice.randint(1, 9))]),
    }  # fmt: skip


@pytest.fixture(scope="module")
def known() -> dict[date, list[Line]]:
    """Accounts as four exports say: some stay, some change, some go and some come back."""
    dice = random.Random(20240318)
    everybody = [(system, number) for system in range(4) for number in range(20)]
    lines, exports = {key: a_line(dice, *key) for key in everybody}, {}
    for day in DAYS:
        for key in dice.sample(everybody, 20):
            lines[key] = a_line(dice, *key)
        exports[day] = [lines[key] for key in sorted(dice.sample(everybody, 70))]
    return exports


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, known: dict[date, list[Line]]) -> Office:
    """The office that took these exports in, not in the order of their days."""
    folder = tmp_path_factory.mktemp("rows")
    office = open_office(None, folder / "data")
    systems = [a_row("システム", システムコード=f"S{n}", システム名=f"システム{n}") for n in range(4)]
    staff = [a_row("職員", 職員番号=f"{n:05d}", 氏名=PEOPLE[n], 所属コード="0303") for n in range(8)]
    take(office, a_file(folder, "システム", *systems), a_file(folder, "職員", *staff), on=DAYS[0])
    for day in (DAYS[0], DAYS[2], DAYS[1], DAYS[3]):
        take(office, an_export(folder, known[day]), on=day)
    return office


def an_export(folder: Path, lines: list[Line]) -> Path:
    headers = [column.header for column in ACCOUNT.columns]
    rows = [
        dict(zip(headers, ("" if value is None else str(value) for value in line.values()), strict=True))
        for line in lines
    ]
    return a_file(folder, "アカウント", *rows)
