"""The office's own words: what a template may do, what it may not, and which letter is written then."""

import shutil
import threading
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from notifications.letters.kinds import KINDS
from notifications.letters.letter import HTML, PARTS, SUBJECT, TEMPLATES, TEXT, write_letter
from notifications.letters.reminder import ReminderFacts, TaskLine, render_reminder
from notifications.letters.stationery import Stationery, preview

TASK = TaskLine("自己点検表の提出", date(2024, 3, 11), "", -7, "", "https://x.example/1", "")
FACTS = ReminderFacts("あおば市", "情報管理課", "", "税務課", date(2024, 3, 18), overdue=(TASK,))
GROWING = "{{% set ns = namespace(x='aaaaaaaaaa', y='aaaaaaaaaa') %}}{{% for i in range(60) %}}{} {{% endfor %}}x"

Own = Callable[..., Stationery]


@pytest.fixture
def own(tmp_path: Path) -> Own:
    """Stationery with one override, or several by name."""

    def write(words: str, name: str = f"reminder/{TEXT}", **more: str) -> Stationery:
        for each, source in {name: words, **more}.items():
            path = tmp_path / each
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(source.encode())
        return Stationery(tmp_path, seconds=0.3)

    return write


def said_of(stationery: Stationery) -> list[tuple[str, int | None, str]]:
    return [(each.path.name, each.line, each.sentence) for each in stationery.check()]


def test_without_a_folder_every_letter_is_the_built_in_one() -> None:
    assert Stationery().write("reminder", FACTS) == render_reminder(FACTS)
    assert Stationery().check() == []


def test_the_built_in_templates_taken_as_the_offices_own_write_the_same_letters(tmp_path: Path) -> None:
    for each in KINDS.values():
        shutil.copytree(TEMPLATES / each.folder, tmp_path / each.name, ignore=lambda _, names: {*names} - {*PARTS})

    stationery = Stationery(tmp_path)

    assert stationery.check() == []
    for each in KINDS.values():
        for facts in each.examples():
            assert stationery.write(each.name, facts) == write_letter(each.folder, **each.words(facts))
    assert stationery.troubles == []


@pytest.mark.parametrize("name", KINDS)
def test_every_example_becomes_a_letter_in_which_mischief_stays_words(name: str) -> None:
    for facts in KINDS[name].examples():
        letter = Stationery().write(name, facts)

        assert isinstance(facts, KINDS[name].facts)
        assert letter.subject
        assert len(letter.subject.splitlines()) == 1
        assert "<script" not in letter.html
        assert "&amp;lt;" not in letter.html
        assert "None" not in letter.text + letter.html


def test_one_part_of_its_own_leaves_the_others_built_in(own: Own) -> None:
    stationery = own("【{{ facts.office }}】\n{{ facts.overdue|length }}件", f"reminder/{SUBJECT}")

    letter = stationery.write("reminder", FACTS)

    assert stationery.check() == []
    assert letter == replace(render_reminder(FACTS), subject="【あおば市】 1件")


def test_a_sentence_may_be_replaced_and_the_rest_be_kept(own: Own) -> None:
    parent = "{{% extends 'letters/reminder/{}' %}}{{% block closing %}}{{% endblock %}}"
    closing = "\n　至急御対応ください。\n"
    text = parent.format(TEXT).replace("%}{% endblock", "%}" + closing + "{% endblock")
    stationery = own(text, **{f"reminder/{HTML}": parent.format(HTML)})

    letter, plain = stationery.write("reminder", FACTS), render_reminder(FACTS)

    assert stationery.check() == []
    kept = plain.text.replace(
        "　この通知は、対応が確認されるまで期限の後も7日ごとに送信されます。\n", "　至急御対応ください。\n"
    )
    assert letter.text.replace("\n\n", "\n") == kept.replace("\n\n", "\n")
    assert "日ごとに" in plain.html
    assert "日ごとに" not in letter.html


def test_the_built_in_sentences_and_lines_may_be_used(own: Own) -> None:
    stationery = own(
        "{% import 'letters/reminder/opening.txt' as opening %}"
        "{{ opening.holds(facts) }}\n{{ facts.today|wareki|labelled('期限') }}"
    )

    letter = stationery.write("reminder", FACTS)

    assert letter.text == (
        "標記の件について、下記のとおり期限を過ぎた対応があります。\n　　　期限　令和6年3月18日（月）\n"
    )


def test_names_are_escaped_in_html_of_ones_own_also_by_way_of_built_in_sentences(own: Own) -> None:
    stationery = own(
        "{% import 'letters/reminder/opening.txt' as opening %}<p>{{ facts.department }} {{ opening.looked_at(facts) }}",
        f"reminder/{HTML}",
    )

    html = stationery.write("reminder", replace(FACTS, department="<b>税務課", division="<i>課")).html

    assert "&lt;b&gt;税務課" in html
    assert "&lt;i&gt;課" in html


@pytest.mark.parametrize(
    ("words", "line", "sentence"),
    [
        ("一\n二\n{{ facts.nothing }}", 3, "「nothing」という事実はありません。"),
        ("一\n{% for line in facts.overdue %}\n{{ line.titel }}{% endfor %}", 3, "「titel」という事実はありません。"),
        ("{{ fact.office }}", 1, "「fact」という事実はありません。"),
        ("{% include 'nosuch.txt' %}", 1, "「nosuch.txt」というひな形はありません。"),
        ("{% include 'letters/letter.py' %}", 1, "「letters/letter.py」というひな形はありません。"),
        ("{% include '../../../../etc/passwd' %}", 1, "というひな形はありません。"),
        ("一\n{% for x in facts.overdue %}", 2, "{% for %} が閉じられていません。"),
        ("一\n{% forr x in facts.overdue %}", 2, "{% forr %} という命令はないか、ここには書けません。"),
        ("{{ 'x'|nosuch }}", 1, "「|nosuch」という加工は使えません。"),
        ("{{ 'x' is nosuch }}", 1, "「is nosuch」という条件は使えません。"),
        ("一\n二 {{ facts. }}", 2, "書き方に誤りがあります。"),
        ("{{ 1 / 0 }}", 1, "値の扱いに誤りがあります。"),
        ("{{ facts() }}", 1, "値の扱いに誤りがあります。"),
        ("{{ facts.overdue }}", 1, "一覧などは、そのまま {{ }} に書けません。"),
        ("{# なにもない #}", None, "本文が空になります。"),
        ("{{ (" + "(" * 3_000 + "1" + ")" * 3_000 + ") }}", None, "入れ子が深すぎます。"),
        ("{% if 1 %}" * 200 + "x" + "{% endif %}" * 200, None, "入れ子が深すぎます。"),
    ],
)
def test_a_mistake_is_told_with_file_and_line_and_the_letter_is_the_built_in_one(
    own: Own, words: str, line: int | None, sentence: str
) -> None:
    stationery = own(words, **{f"reminder/{SUBJECT}": "件名"})

    assert stationery.write("reminder", FACTS) == render_reminder(FACTS)
    (name, at, said), *others = said_of(stationery)
    assert (name, at, others) == (TEXT, line, [])
    assert sentence in said
    assert stationery.write("reminder", FACTS) == render_reminder(FACTS)


@pytest.mark.parametrize(
    "words",
    [
        "{{ facts.__class__.__mro__ }}",
        "{{ facts['__class__'] }}",
        "{{ [facts]|map(attribute='__class__')|list|length }}",
        "{{ ''.__class__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ facts.today.strftime('%Y') }}",
        "{{ facts.today.replace(2025) }}",
        "{{ 'x'.format(1) }}",
        "{{ 'x'['format'](1) }}",
        "{{ 'x'.ljust(9) }}",
        "{{ 'x'.join([]) }}",
        "{{ (1).to_bytes(9) }}",
        "{{ range.__init__ }}",
        "{% macro m() %}{% endmacro %}{{ m._func }}",
        "{% set x = facts.overdue.__add__ %}{{ x }}",
    ],
)
def test_what_a_template_may_not_read_is_refused(own: Own, words: str) -> None:
    (_, line, sentence), *_ = said_of(own(words))

    assert line == 1
    assert "」はここでは使えません。" in sentence


@pytest.mark.parametrize(
    "words",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}x",
        "{% for a in range(99999) if range(99999)|list|length > 3 %}{% endfor %}x",
        "{% set all = range(99999)|list %}{% for a in range(99999) if -1 in all %}{% endfor %}x",
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(80) }}",
        "{% macro m(n) %}{% if n %}{% set a = m(n[1:]) %}{% set b = m(n[1:]) %}{% endif %}{% endmacro %}{{ m('x' * 80) }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% block a %}{{ self.a() }}{{ self.a() }}{% endblock %}",
        "{% for x in [1] recursive %}{{ loop([1]) }}{{ loop([1]) }}{% endfor %}",
        "{% include 'reminder/body.txt' %}",
        "{{ ([range(99999)] * 1000)|map('list')|map('length')|list|length }}",
        "{% for i in range(99999) %}" + "文" * 1_000 + "{% endfor %}",
        GROWING.format("{% set ns.x = ns.x + ns.x %}"),
        GROWING.format("{% set ns.x = ns.x ~ ns.x %}"),
        GROWING.format("{% set ns.x = [ns.x, ns.x]|join %}"),
        GROWING.format("{% set ns.x = ns.x|replace('a', ns.x) %}"),
        GROWING.format("{% set ns.x = '%s%s'|format(ns.x, ns.x) %}"),
        GROWING.format("{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}") + "{{ ns.x == ns.y }}",
        GROWING.format("{% set ns.x = (ns.x, ns.x) %}{% set ns.y = (ns.y, ns.y) %}") + "{{ ns.x == ns.y }}",
        GROWING.format("{% set ns.x = {1: ns.x, 2: ns.x} %}{% set ns.y = {1: ns.y, 2: ns.y} %}") + "{{ ns.x == ns.y }}",
        GROWING.format("{% set y %}{{ ns.x }}{{ ns.x }}{% endset %}{% set ns.x = y %}"),
        "{% set ns = namespace(x=10) %}{% for i in range(60) %}{% set ns.x = ns.x * ns.x %}{% endfor %}x",
        "{{ 'x'|center(1000000000) }}",
        "{{ 'x\ny'|indent(1000000000) }}",
        "{{ 'x'|right(1000000000) }}",
        "{{ '%1000000000d'|format(1) }}",
        "{{ '%*d'|format(1000000000, 1) }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 'x' * 1000000000 }}",
        "{{ 1000000000 * [1] }}",
        "{{ 9 ** (9 ** 9) }}",
        "{{ 1.5|round(1000000000, 'ceil') }}",
        "{{ range(1000000000)|length }}",
    ],
)
def test_a_template_without_end_is_stopped_in_time(own: Own, words: str) -> None:
    tracemalloc.start()
    (name, _, sentence), *_ = said_of(own(words))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert name == TEXT
    assert most < 150_000_000
    assert any(said in sentence for said in ("時間内に終わりません", "文字が多すぎます", "大きすぎます", "呼び続けて"))


@pytest.mark.parametrize(
    ("html", "sentence"),
    [
        ("{% for i in range(30000) %}<div>{% endfor %}", "HTMLの要素が閉じられていないか、入れ子が深すぎます。"),
        (
            "<style>" + "* *{color:red}" * 5_000 + "</style>" + "<i></i>" * 5_000,
            "スタイル（CSS）の決まりが多すぎます。",
        ),
    ],
)
def test_html_that_would_choke_the_inliner_is_refused(own: Own, html: str, sentence: str) -> None:
    assert said_of(own(html, f"reminder/{HTML}")) == [(HTML, None, sentence)]


@pytest.mark.parametrize(
    ("subject", "sentence"),
    [
        ("{# #}", "件名が空になります。"),
        ("{% if facts.overdue %}期限超過{% endif %}", "件名が空になります。"),
    ],
)
def test_a_subject_that_is_empty_in_any_situation_is_refused(own: Own, subject: str, sentence: str) -> None:
    assert said_of(own(subject, f"reminder/{SUBJECT}")) == [(SUBJECT, None, sentence)]


def test_one_broken_part_leaves_the_whole_kind_to_the_built_in_words_and_no_other_kind(own: Own) -> None:
    others = {f"reminder/{SUBJECT}": "自前の件名", f"unanswered/{SUBJECT}": "自前の件名"}
    stationery = own("{{ facts.nothing }}", **others)

    assert [(each.path.parts[-2:], each.line) for each in stationery.check()] == [(("reminder", TEXT), 1)]
    assert preview("reminder", stationery).subject.startswith("【期限超過")
    assert preview("unanswered", stationery).subject == "自前の件名"


def test_a_kind_that_fails_in_one_situation_is_built_in_words_in_all(own: Own) -> None:
    stationery, two = own("{{ facts.overdue[1].title }}"), replace(FACTS, overdue=(TASK, TASK))

    before = stationery.write("reminder", two)
    (trouble,) = stationery.check()

    assert before.text == "自己点検表の提出\n"
    assert trouble.sentence == "「1」という事実はありません。名前を確かめてください。"
    assert stationery.write("reminder", two) == render_reminder(two)


def test_what_lies_in_the_folder_in_vain_is_told_and_hidden_files_are_not(own: Own) -> None:
    others = {"reminder/readme.md": "", "reminders/body.txt": "", "notes.txt": "", ".git/x": "", "reminder/.x": ""}
    stationery = own("自前の本文", **others)

    told = {each.path.name: each.sentence for each in stationery.check()}

    assert told.keys() == {"readme.md", "reminders", "notes.txt"}
    assert "subject.txt、body.txt、body.html" in told["readme.md"]
    assert "reminder、escalation、unanswered、weekly-report" in told["reminders"]
    assert stationery.write("reminder", FACTS).text == "自前の本文\n"


def test_a_file_that_cannot_be_read_is_told_and_its_kind_is_built_in(tmp_path: Path) -> None:
    (tmp_path / "reminder" / HTML).mkdir(parents=True)
    (tmp_path / "reminder" / SUBJECT).write_bytes("件名".encode("cp932"))
    (tmp_path / "reminder" / TEXT).write_text("長" * 100_000, encoding="utf-8")

    stationery = Stationery(tmp_path)

    assert {each.path.name for each in stationery.check()} == {*PARTS}
    assert "UTF-8で保存してください。" in str(stationery.check())
    assert stationery.write("reminder", FACTS) == render_reminder(FACTS)


def test_beside_a_file_that_cannot_be_read_the_other_parts_of_its_kind_are_built_in_too(
    own: Own, tmp_path: Path
) -> None:
    (tmp_path / "reminder" / TEXT).mkdir(parents=True)

    assert own("自前の件名", f"reminder/{SUBJECT}").write("reminder", FACTS) == render_reminder(FACTS)


def test_a_byte_order_mark_is_no_word_and_a_missing_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "reminder").mkdir()
    (tmp_path / "reminder" / SUBJECT).write_text("件名", encoding="utf-8-sig")

    assert Stationery(tmp_path).write("reminder", FACTS).subject == "件名"
    assert [each.sentence for each in Stationery(tmp_path / "no").check()] == ["フォルダーがありません。"]


def test_a_template_that_fails_on_real_facts_costs_that_letter_its_words_and_is_remembered(own: Own) -> None:
    stationery = own("{{ (facts.overdue + facts.sent_back)[1].title }}")
    two = replace(FACTS, overdue=(TASK, TASK))

    assert stationery.write("reminder", FACTS) == render_reminder(FACTS)
    assert stationery.write("reminder", FACTS) == render_reminder(FACTS)
    assert stationery.write("reminder", two).text == "自己点検表の提出\n"
    (trouble,) = stationery.troubles
    assert str(trouble).endswith(f"reminder/{TEXT} 1行目　「1」という事実はありません。名前を確かめてください。")


def test_a_slow_template_is_waited_for_once(own: Own) -> None:
    stationery = own("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}x")

    for _ in range(50):
        assert stationery.write("reminder", FACTS) == render_reminder(FACTS)

    assert len(stationery.troubles) == 1


def test_threads_share_stationery_and_not_their_time(own: Own) -> None:
    slow = "{% if facts.division == '遅い' %}{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    stationery = own(slow + "{% endif %}{{ facts.department }}")
    outcomes: dict[str, str] = {}

    def write(department: str, division: str) -> None:
        facts = replace(FACTS, department=department, division=division)
        outcomes[department] = stationery.write("reminder", facts).text

    threads = [threading.Thread(target=write, args=(f"第{n}課", "速い")) for n in range(20)]
    threads.insert(10, threading.Thread(target=write, args=("遅課", "遅い")))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    slow_letter = outcomes.pop("遅課")
    assert slow_letter.startswith("　")
    before_it_was_dropped = {name: text for name, text in outcomes.items() if not text.startswith("　")}
    assert before_it_was_dropped == {name: f"{name}\n" for name in before_it_was_dropped}
    assert [each.path.name for each in stationery.troubles] == [TEXT]


def test_a_kind_that_there_is_not_and_a_letter_about_nothing_are_refused() -> None:
    with pytest.raises(KeyError):
        Stationery().write("nosuch", FACTS)
    with pytest.raises(ValueError, match="税務課"):
        Stationery().write("reminder", replace(FACTS, overdue=()))


def test_a_subject_of_the_office_that_a_long_name_makes_too_long_is_cut_and_not_refused(tmp_path: Path) -> None:
    folder = tmp_path / "own" / "reminder"
    folder.mkdir(parents=True)
    (folder / "subject.txt").write_text("{{ facts.office }}のお知らせ", encoding="utf-8")
    stationery = Stationery(tmp_path / "own")
    facts = replace(KINDS["reminder"].examples()[0], office="市" * 300)

    letter = stationery.write("reminder", facts)

    assert stationery.check() == []
    assert letter.subject == "市" * 199 + "…"
