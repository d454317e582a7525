"""What is found is what holds the words, no more and no less, on both databases; and it is kept as things are."""

import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.builders import a_file, a_row, take
from tests.databases import answers, on_both_databases
from tests.web import situations as work
from tracker.domain.searching import words_of
from tracker.office import Office, open_office
from tracker.storage.search import Entry
from tracker.storage.search_entries import keep_search

JUNE, JULY, AUGUST = date(2023, 6, 1), date(2023, 7, 1), date(2023, 8, 1)
LETTERS = "点検研修規程のアーｱｶﾞﾊﾟかがＡａAbB0１2①㈱－-_()（）、。·'\"\\%*:^&|!<>髙﨑𠮷éß\ue000 　\n"
ANY = st.one_of(st.sampled_from("aB0１"), st.sampled_from(LETTERS))  # runs of letters and digits, and all else
TEXTS = st.lists(st.tuples(st.text(ANY, max_size=6), st.text(ANY, max_size=30)), min_size=1, max_size=6)


@on_both_databases
@given(texts=TEXTS, typed=st.text(ANY, max_size=4), cut=st.data())
@example(texts=[("点検", "研修")], typed="検\n研", cut=None)
@example(texts=[("", "sf0221点"), ("", "0221"), ("", "sf022")], typed="221点", cut=None)
@example(texts=[("", "1点検"), ("", "11点")], typed="1点", cut=None)
@example(texts=[("", "sf0221"), ("", "sf0"), ("", "asf02")], typed="sf02", cut=None)
@example(texts=[("", "abcdefghijklmnopqrstuvwxyz0123456789")], typed="defghijklmnopqrstuvwxyz012345678", cut=None)
@example(
    texts=[("", "abcdefghijklmnopqrstuvwxyz"), ("", "bcdefghijklmnopqrstux")], typed="bcdefghijklmnopqrstu", cut=None
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_exactly_the_texts_are_found_in_which_every_word_stands(
    office: Office, texts: list[tuple[str, str]], typed: str, cut: st.DataObject | None
) -> None:
    if cut is not None:
        whole = "\n".join(texts[0])
        start = cut.draw(st.integers(0, len(whole)))
        typed += whole[start : cut.draw(st.integers(start, len(whole)))]
    words = unicodedata.normalize("NFKC", typed).lower().split()

    with office.store.transaction() as records:
        records.search.clear()
        records.search.enter(Entry("task", str(n), None, *text, None) for n, text in enumerate(texts))
        found = records.search.find(words_of(typed), "task", None, 10) if words else None
        others = records.search.find(words_of(typed), "letter", None, 10) if words else None

    if found is None or others is None:
        return
    folded = [unicodedata.normalize("NFKC", "\n".join(text)).lower() for text in texts]
    holds = [str(n) for n, text in enumerate(folded) if all(word in text for word in words)]
    assert [entry.ref for entry in found.entries] == holds[::-1]
    assert others.entries == ()


@on_both_databases
@pytest.mark.parametrize("word", ["点", "点検", "ﾃﾝｹﾝ", "令和６年", "SF0221", "f02", "㈱", "𠮷", "'", "100%"])
def test_words_of_any_length_and_form_are_found(office: Office, word: str) -> None:
    text = "𠮷田がテンケンした点検表（令和6年　ｓｆ0221）を(株)甲に渡す。'100％'"
    work.given(office, work.a_task("1", body=text), work.a_task("2", body="別のこと"))

    assert found(office, word) == ["finding:R5-1/1"]


@on_both_databases
def test_the_newest_are_shown_and_that_there_are_more_is_known(office: Office) -> None:
    work.given(office, *(work.a_task(f"{n:02d}", title="点検") for n in range(12)))

    with office.store.reading() as records:
        ten = records.search.find(words_of("点検"), "task", None, 10)
        twelve = records.search.find(words_of("点検"), "task", None, 12)

    assert [entry.ref[-2:] for entry in ten.entries] == [f"{n:02d}" for n in range(11, 1, -1)]
    assert (ten.has_more, twelve.has_more) == (True, False)


@on_both_databases
def test_of_very_many_the_newest_are_found_too(office: Office) -> None:
    with office.store.transaction() as records:
        texts = (Entry("task", str(n), "0303" if n % 7 else None, "点検", f"研修{n}", None) for n in range(2_500))
        records.search.enter(texts, are_new=True)
        records.search.enter([Entry("letter", "x", None, "点検", "", None)])

    assert found(office, "点検", limit=3) == ["2499", "2498", "2497"]
    assert found(office, "点検 研修1", limit=3) == ["1999", "1998", "1997"]
    with office.store.reading() as records:
        of_department = records.search.find(words_of("点検"), "task", "0303", 2)
    assert [entry.ref for entry in of_department.entries] == ["2498", "2497"]  # 2499 is nobody's


@on_both_databases
def test_a_task_is_found_by_the_words_and_the_department_it_has_now(office: Office) -> None:
    task = work.given(office, work.a_task(title="点検の実施"))
    with office.store.transaction() as records:
        records.tasks.save(*task.reword("研修の実施", "", work.OCCASION))
    with office.store.transaction() as records:
        records.tasks.save(*work.known(office, task).hand_over(work.CARE, work.OCCASION))

    assert (found(office, "点検"), found(office, "研修")) == ([], [task.key])
    assert (found(office, "研修", code=work.DISABILITY), found(office, "研修", code=work.CARE)) == ([], [task.key])


@on_both_databases
def test_what_did_not_change_of_a_task_leaves_its_entry_alone(office: Office) -> None:
    task = work.given(office, work.a_task())
    before = answers(office, "SELECT * FROM search_entry")

    with office.store.transaction() as records:
        records.tasks.save(*task.extend(AUGUST, "", "協議のため", work.OCCASION))

    assert answers(office, "SELECT * FROM search_entry") == before


@on_both_databases
def test_a_register_is_found_as_its_newest_export_says(office: Office, tmp_path: Path) -> None:
    take(office, a_file(tmp_path, "委託契約", a_row("委託契約"), a_row("委託契約", 契約番号="R5-0102")), on=JUNE)
    take(office, a_file(tmp_path, "委託契約", a_row("委託契約", 委託先="業者乙")), on=AUGUST)

    take(office, a_file(tmp_path, "委託契約", a_row("委託契約", 委託先="業者丙")), on=JULY)  # comes late

    assert found(office, "業者甲", "contract") == found(office, "R5-0102", "contract") == []
    assert found(office, "業者乙", "contract") == ["R5-0101"]
    assert found(office, "業者丙", "contract") == []


@on_both_databases
def test_entries_made_anew_are_those_that_were_kept(office: Office, tmp_path: Path) -> None:
    for on, name in ((JUNE, "山田花子"), (AUGUST, "川田花子"), (JULY, "田中花子")):
        take(office, a_file(tmp_path, "職員", a_row("職員", 氏名=name), a_row("職員", 職員番号=str(on.month))), on=on)
    task = work.given(office, work.a_task("1"), work.a_task("2"))
    with office.store.transaction() as records:
        records.outbox.queue(work.a_letter(copies=("kacho@city.example",)))
        records.tasks.save(*task.reword("研修", "", work.OCCASION))
    kept = entries(office)

    with office.store.transaction() as records:
        keep_search(records.connection)

    assert entries(office) == kept
    assert found(office, "kacho@", "letter") == ["reminder/0303/2024-03-18"]


@on_both_databases
def test_an_office_of_before_is_searched_as_soon_as_it_is_opened(office: Office) -> None:
    work.given(office, work.a_task(title="点検"))
    with office.store.transaction() as records:
        records.search.clear()
        records.connection.exec_driver_sql("DELETE FROM note WHERE name = 'search'")

    again = open_office(None, office.data_dir)

    assert found(again, "点検") == ["finding:R5-1/1"]


def found(office: Office, typed: str, kind: str = "task", code: str | None = None, limit: int = 10) -> list[str]:
    """What is found, the newest first."""
    with office.store.reading() as records:
        return [entry.ref for entry in records.search.find(words_of(typed), kind, code, limit).entries]


def entries(office: Office) -> list[object]:
    return sorted(answers(office, "SELECT kind, ref, department_code, title, text, on_day FROM search_entry"), key=repr)
