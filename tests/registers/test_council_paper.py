"""Council papers: a made-up city's paper read to the letter, the real one against its facts, and every refusal."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.leaving_out import leave_out
from tracker.domain.errors import DateUnreadable, InputRefused
from tracker.domain.guidance import CouncilPaper, MeasureState, PrintedFinding, PrintedMeasure
from tracker.registers.council_paper import looks_like_council_paper, read_council_paper
from tracker.registers.paper_findings import read_finding
from tracker.registers.paper_measures import read_measures

EXAMPLE = Path(__file__).parents[1] / "papers" / "example-city.txt"
REAL = Path(__file__).parents[2].parent / "shared" / "domain"

# number, printed clause, subject, day seen, departments, systems
FINDINGS = [
    ("1(1)", "個人情報保護法", "事務対応ガイド4-8-4", "媒体の管理", date(2024, 6, 11), ("みどり推進課",), ()),
    ("1(2)", "個人情報保護法", "事務対応ガイド４－８－５（１）", "共有の識別符号", None, ("市民課",),
     ("ひばり野市住民記録システム", "ひばり野市子育て支援システム")),
    ("2(1)", "番号法", "番号法ガイドライン②Db", "研修", None, ("情報政策課",), ()),
    ("2(2)", "番号法", "当市の手引第9章の規程", "廃棄の記録", None, ("情報政策課",), ()),
]  # fmt: skip

# number, branch, action, state, deadline as printed, deadline, done on
MEASURES = [
    ("1(1)", 1, "台帳は、作成する", "実施済", "", None, date(2024, 7, 3)),
    ("1(1)", 2, "媒体の数を定期的に点検する", "決定", "", None, None),
    ("1(2)", 1, "識別符号を職員ごとに割り当てる", "実施済", "", None, None),
    ("1(2)", 2, "使われていない三つは削除", "実施済", "", None, None),
    ("1(2)", 3, "利用者の一覧を見直す", "予定", "11月末まで", date(2024, 11, 30), None),
    ("1(2)", 4, "毎月確認する", "予定", "", None, None),
    ("1(2)", 5, "端末の更新を行う", "予定", "令和7年度から", date(2025, 4, 1), None),
    ("2(1)", 1, "年に一度の研修を行う", "従前から実施", "", None, None),
    ("2(1)", 2, "罰則の内容を説明する", "実施済", "", None, None),
    ("2(1)", 3, "漏えい時の連絡先（夜間を含む）を説明する", "実施済", "", None, None),
    ("2(1)", 4, "研修の記録を速やかに整える", "予定", "速やかに", None, None),
    ("2(2)", 1, "市民課の意見を集める", "予定", "", None, None),
    ("2(2)", 2, "廃棄の手引を改定する", "予定", "令和6年12月15日まで", date(2024, 12, 15), None),
    ("2(2)", 3, "各課が記録を残す", "依頼予定", "", None, None),
]


def test_the_title_page_tells_what_the_paper_is_and_when_the_city_was_inspected() -> None:
    paper = read_council_paper(the_example())

    assert (paper.title, paper.body) == (
        "令和6年度 第2回 ひばり野市個人情報保護審議会 報告事項",
        "ひばり野市個人情報保護審議会",
    )
    assert paper.written_on == date(2024, 10, 22)
    assert (paper.inspected_from, paper.inspected_to) == (date(2024, 6, 10), date(2024, 6, 12))


def test_every_finding_of_the_example_city_is_read_as_a_clerk_would() -> None:
    found = [
        (f.number, f.law, f.clause_printed, f.subject, f.observed_on, f.departments, f.systems)
        for f in read_council_paper(the_example()).findings
    ]

    assert found == FINDINGS


def test_every_measure_of_the_example_city_is_read_as_a_clerk_would() -> None:
    found = [
        (f.number, m.branch, m.action, m.state.value, m.deadline_printed, m.deadline, m.done_on)
        for f in read_council_paper(the_example()).findings
        for m in f.measures
    ]

    assert found == MEASURES


def test_a_gist_is_repaired_and_carries_neither_clause_nor_tags_nor_stray_spaces() -> None:
    gists = [finding.gist for finding in read_council_paper(the_example()).findings]

    assert gists[0].endswith("作られていなかった。")
    assert gists[1].endswith("一つの識別符号を使っていた。")
    assert not any(mark in gist for gist in gists for mark in ("<", "^", "※", "ガイド", " "))


def test_a_clause_is_known_in_any_width_and_an_unknown_one_stays_as_printed() -> None:
    clauses = [finding.clause for finding in read_council_paper(the_example()).findings]

    assert clauses[1] is not None
    assert clauses[1].endswith("4-8-5(1) アクセス制御")
    assert clauses[2] is not None
    assert "2 D b" in clauses[2]
    assert clauses[3] is None


@pytest.mark.parametrize("kind", ["区", "町", "村"])
def test_any_kind_of_municipality_may_answer(kind: str) -> None:
    text = the_example().replace("市の対応（改善策）", f"{kind}の対応（改善策）")

    assert looks_like_council_paper(text)
    assert len(read_council_paper(text).findings) == 4


def test_a_paper_saved_on_windows_with_a_byte_order_mark_reads_the_same() -> None:
    windows = "\ufeff" + the_example().replace("\n", "\r\n")

    assert read_council_paper(windows) == read_council_paper(the_example())


@pytest.mark.parametrize("text", ["", "手続申込のあった業務数\t8業務", "改善指導の内容について話し合った。"])
def test_other_papers_do_not_look_like_one(text: str) -> None:
    assert not looks_like_council_paper(text)


# -- the rules of splitting, one sentence each


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("規則を改め、窓口に掲示しました。", [("規則を改め、窓口に掲示する", "実施済")]),
        ("鍵を替えたうえで、利用簿を点検する予定です。", [("鍵を替える", "予定"), ("利用簿を点検する", "予定")]),
        ("鍵を交換し、今後は毎月点検することとしました。", [("鍵を交換する", "決定"), ("毎月点検する", "決定")]),
        ("棚卸しを実施し、漏れがないことを確認しました。", [("棚卸しを実施し、漏れがないことを確認する", "実施済")]),
        (
            "手順を作成し、課長がこれを承認しました。",
            [("手順を作成する", "実施済"), ("課長がこれを承認する", "実施済")],
        ),
        ("指摘を受けましたが、既に直しました。", [("直す", "実施済")]),
        ("引き続き指導を徹底してまいります。", [("指導を徹底する", "予定")]),
        ("手引を公表予定です。", [("手引を公表", "予定")]),
        ("各課に点検を依頼する予定です。", [("各課に点検を依頼する", "依頼予定")]),
        ("これまで年一回、点検しています。", [("年一回、点検する", "従前から実施")]),
    ],
)
def test_a_sentence_is_split_where_a_new_measure_begins(answer: str, expected: list[tuple[str, str]]) -> None:
    measures = the_measures(answer)

    assert [(measure.action, measure.state.value) for measure in measures] == expected


@pytest.mark.parametrize(
    ("words", "printed", "day"),
    [
        ("令和7年3月15日（土）までに", "令和7年3月15日まで", date(2025, 3, 15)),
        ("令和７年３月１５日までに", "令和7年3月15日まで", date(2025, 3, 15)),
        ("令和 7 年 3 月 15 日までに", "令和7年3月15日まで", date(2025, 3, 15)),
        ("R7.3.15までに", "R7.3.15まで", date(2025, 3, 15)),
        ("3月15日までに", "令和7年3月15日まで", date(2025, 3, 15)),
        ("本年12月中に", "令和6年12月中", date(2024, 12, 31)),
        ("来年1月末までに", "令和7年1月末まで", date(2025, 1, 31)),
        ("1月末までに", "1月末まで", date(2025, 1, 31)),
        ("令和7年4月から", "令和7年4月から", date(2025, 4, 1)),
        ("今年度末までに", "今年度末まで", date(2025, 3, 31)),
        ("年度内に", "年度内", date(2025, 3, 31)),
        ("次年度から", "令和7年度から", date(2025, 4, 1)),
        ("遅滞なく", "遅滞なく", None),
    ],
)
def test_a_deadline_keeps_its_words_and_gets_its_day(words: str, printed: str, day: date | None) -> None:
    measure = the_measures(f"手引を{words}見直す予定です。")[0]

    assert (measure.deadline_printed, measure.deadline, measure.done_on) == (printed, day, None)


@pytest.mark.parametrize(
    ("answer", "done_on"),
    [
        ("令和6年9月2日に手引を見直しました。", date(2024, 9, 2)),
        ("9月2日付けで手引を見直しました。", date(2024, 9, 2)),
        ("12月2日に手引を見直しました。", date(2023, 12, 2)),
        ("手引を見直しました。", None),
        ("令和6年9月2日に届いた書面を見直しました。", None),
    ],
)
def test_the_day_of_a_deed_is_taken_only_when_it_is_the_deeds_own(answer: str, done_on: date | None) -> None:
    assert the_measures(answer)[0].done_on == done_on


def test_a_decision_may_say_from_when_it_holds() -> None:
    measure = the_measures("令和7年4月1日から、端末を毎年点検することとしました。")[0]

    assert (measure.state, measure.deadline, measure.done_on) == (MeasureState.DECIDED, date(2025, 4, 1), None)


def test_a_day_gone_by_in_a_plan_tells_of_the_finding_and_is_no_deadline() -> None:
    measure = the_measures("令和6年6月10日に指摘された点を、令和7年1月31日までに改める予定です。")[0]

    assert measure.deadline == date(2025, 1, 31)


def test_what_is_done_decided_or_customary_leaves_nothing_to_do() -> None:
    assert [state.value for state in MeasureState if state.is_done] == ["実施済", "決定", "従前から実施"]


def test_the_asides_of_a_very_long_title_go_first() -> None:
    aside = "（" + "紙及び電子の双方を含む" * 5 + "）"

    assert the_measures(f"台帳{aside}を作る予定です。")[0].action == "台帳を作る"


# -- refusals: the line or row, and what was expected


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("市の対応（改善策）", "備考", "見出しとする表がありません"),
        ("（４件）", "（5件）", "35行目に改善の指導は5件とありますが、表には4行"),
        ("令和 6 年 10 月 22 日（火）", "秋の日", "資料の日付だけの行"),
        ("令和 6 年 10 月 22 日（火）", "令和 6 年 10 月 32 日", "資料の日付が読めません"),
        ("ひばり野市個人情報保護審議会", "ひばり野市", "審議会の名前の行"),
        ("実施期間", "日程", "実施期間」の見出しがありません"),
        ("令和６年 ６月１０日（月）～１２日（水）", "夏の数日", "21行目：実施期間が"),
        (
            "令和６年 ６月１０日（月）～１２日（水）",
            "令和６年６月３１日～７月２日",
            "21行目：実施期間の日付が読めません",
        ),
        ("1 個人情報保護法\n", "個人情報について\n", "39行目：表のすぐ上に"),
        ("（番号法ガイドライン②Db）", "", "47行目（2(1)）：「改善指導の内容」の終わりに、根拠の条項"),
        ("（番号法ガイドライン②Db）", "（2名）", "47行目（2(1)）：「改善指導の内容」の終わりに、根拠の条項"),
        ("（番号法ガイドライン②Db）", "（令和6年6月11日）", "47行目（2(1)）：「改善指導の内容」の終わりに、根拠の条項"),
        ("<p>研修 事務", "<p>事務", "47行目（2(1)）：「改善指導の内容」の最初に、件名"),
        ("②Db）</p>\t<p>", "②Db）</p> <p>", "47行目：表の行は"),
        ("②Db）</p>\t", "②Db）\t", "47行目：欄の「<p>」が"),
        ("②Db）</p>", "②Db）<img></p>", "47行目：欄に「<img>」"),
        ("\n(1)\t<p>研修", "\n(3)\t<p>研修", "47行目：次の行は 2(1) のはず"),
        ("12月15日までに", "12月32日までに", "48行目（2(2)）：「令和6年12月32日」は実在しない日付"),
        ("11月末までに", "13月末までに", "41行目（1(2)）：「13月末まで」は実在しない月"),
        ("12月15日までに", "令和六年十二月までに", "48行目（2(2)）：「令和六年十二月まで」は期限として読めません"),
        ("12月15日までに", "12月15日までに、遅くとも1月末までに", "48行目（2(2)）：期限が"),
        ("令和6年7月3日に", "令和6年12月3日に", "40行目（1(1)）：済んだこととして書かれた"),
        (
            "作成しました",
            "作成しています",
            "40行目（1(1)）：「台帳は、令和6年7月3日に作成しています」が済んだことか予定か",
        ),
        (
            "作成しました",
            "作成できませんでした",
            "40行目（1(1)）：「台帳は、令和6年7月3日に作成できませんでした」が済んだことか",
        ),
        ("説明しました。 ア", "説明しました。 甲", "47行目（2(1)）：「"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence_that_names_the_place(old: str, new: str, sentence: str) -> None:
    assert old in the_example()

    with pytest.raises(InputRefused) as refusal:
        read_council_paper(the_example().replace(old, new))

    assert sentence in str(refusal.value)


def test_an_empty_paper_is_refused() -> None:
    with pytest.raises(InputRefused, match="資料が空です"):
        read_council_paper(" \n")


def test_an_empty_answer_is_refused() -> None:
    with pytest.raises(InputRefused, match="「対応（改善策）」の欄が空です"):
        the_measures("")


def test_a_table_without_rows_is_refused() -> None:
    head = the_example().split("\n(1)\t")[0]

    with pytest.raises(InputRefused, match="表に行がありません"):
        read_council_paper(head)


def test_a_row_that_lost_its_table_heading_is_refused() -> None:
    lines = the_example().split("\n")
    lines.pop(next(at for at in reversed(range(len(lines))) if "改善指導の内容" in lines[at]))

    with pytest.raises(InputRefused, match="見出し行がありません"):
        read_council_paper("\n".join(lines))


# -- the real paper, where it lies beside the project


def test_the_real_paper_has_the_findings_that_were_written_down_by_hand() -> None:
    facts, paper = real_facts(), real_paper()

    assert paper.written_on == facts["meta"]["meeting_date"]["date"]
    assert paper.title == facts["meta"]["title"]["value"]
    period = facts["inspection"]["period"]
    assert (paper.inspected_from, paper.inspected_to) == (period["from"], period["to"])
    for fact, finding in zip(facts["findings"], paper.findings, strict=True):
        assert finding.number == fact["number_in_paper"]
        assert (finding.law, finding.clause_printed) == (fact["law"], fact["clause"])
        assert finding.subject == fact["subject"]
        assert finding.observed_on == fact.get("as_of", {}).get("date")
        assert finding.departments == names(facts, "departments", fact["departments"])
        assert finding.systems == names(facts, "systems", fact.get("systems", []))


def test_the_real_papers_clauses_are_all_known() -> None:
    guide = "特定個人情報の適正な取扱いに関するガイドライン（行政機関等編）"

    for fact, finding in zip(real_facts()["findings"], real_paper().findings, strict=True):
        assert finding.clause is not None
        assert fact.get("clause_normalised", finding.clause).replace("同ガイドライン", guide) == finding.clause


def test_the_real_papers_measures_agree_in_number_order_state_and_days() -> None:
    for fact, finding in zip(real_facts()["findings"], real_paper().findings, strict=True):
        assert [measure.branch for measure in finding.measures] == list(range(1, len(fact["response"]) + 1))
        assert [read(measure) for measure in finding.measures] == [expected(row) for row in fact["response"]]


def test_the_real_papers_actions_are_close_to_those_written_by_hand() -> None:
    for fact, finding in zip(real_facts()["findings"], real_paper().findings, strict=True):
        for row, measure in zip(fact["response"], finding.measures, strict=True):
            assert alikeness(row["action"], measure.action) > 0.5, (row["action"], measure.action)
            assert len(measure.action) <= 60


def test_the_real_papers_misprints_are_repaired() -> None:
    paper = real_paper()

    texts = [finding.gist for finding in paper.findings] + [m.action for f in paper.findings for m in f.measures]
    assert not any(fault in text for text in texts for fault in ("ないかった", "的的", " ", "<p>", "※"))


def the_example() -> str:
    return EXAMPLE.read_text(encoding="utf-8")


def the_measures(answer: str) -> tuple[PrintedMeasure, ...]:
    """The measures of an answer put in the place of the example's last one."""
    head, _, tail = the_example().rpartition("<p>廃棄の手引")
    return the_last(read_council_paper(f"{head}<p>{answer}</p>\n" + tail.split("</p>\n", 1)[1])).measures


def the_last(paper: CouncilPaper) -> PrintedFinding:
    return paper.findings[-1]


def real_file(name: str) -> str:
    path = REAL / name
    if not path.exists():
        leave_out("the council paper does not lie beside the project")
    return path.read_text(encoding="utf-8")


def real_paper() -> CouncilPaper:
    return read_council_paper(real_file("council-paper-2023-12-19.txt"))


def real_facts() -> Any:
    return yaml.safe_load(real_file("council-paper.yaml"))


def names(facts: Any, kind: str, ids: list[str]) -> tuple[str, ...]:
    """Names in the order of the list of ids, which is the order of the paper."""
    return tuple(next(row["name"] for row in facts[kind] if row["id"] == id_) for id_ in ids)


def read(measure: PrintedMeasure) -> tuple[str, str, date | None, date | None]:
    return measure.state.value, measure.deadline_printed, measure.deadline, measure.done_on


def expected(row: Any) -> tuple[str, str, date | None, date | None]:
    return row["state"], row.get("due_wareki", "").removesuffix("は"), row.get("due"), row.get("done")


def alikeness(one: str, other: str) -> float:
    """The share of the pairs of characters of the hand-written action that the read one has as well."""
    pairs = {one[at : at + 2] for at in range(len(one) - 1)}
    return len(pairs & {other[at : at + 2] for at in range(len(other) - 1)}) / len(pairs)


@pytest.mark.parametrize(
    "answer",
    [
        "公表する予定でしたが、令和6年3月に延期しました。",
        "公表を見送りました。",
        "規程の改正に着手しました。",
        "公表する予定としていました。",
    ],
)
def test_what_was_put_off_or_only_begun_is_not_taken_for_done(answer: str) -> None:
    with pytest.raises(InputRefused, match="済んだことか予定か読み取れません"):
        read_measures(answer, date(2023, 12, 19))


@pytest.mark.parametrize(
    "words", ["年内に", "令和6年第1四半期に", "同年3月に", "3か月以内に", "年度明けに", "来月中に", "今春を目途に"]
)
def test_words_of_time_that_name_no_day_are_asked_for_and_not_left_out(words: str) -> None:
    with pytest.raises(DateUnreadable, match="から期限を読み取れません"):
        read_measures(f"{words}公表する予定です。", date(2023, 12, 19))


def test_a_day_in_full_width_letters_is_a_deadline() -> None:
    (measure,) = read_measures("Ｒ６．２．１までに公表する予定です。", date(2023, 12, 19))

    assert (measure.deadline_printed, measure.deadline) == ("R6.2.1まで", date(2024, 2, 1))


@pytest.mark.parametrize(
    ("gist", "department"),
    [("情報政策室において、権限を停止していなかった。（個人情報保護法第66条第1項）", "情報政策室"),
     ("福祉事務所における記録がなかった。（個人情報保護法第66条第1項）", "福祉事務所"),
     ("サーバー室において、区民課の記録がなかった。（個人情報保護法第66条第1項）", "区民課"),
     ("執務室において、記録がなかった。（個人情報保護法第66条第1項）", "情報管理課")],
)  # fmt: skip
def test_a_department_may_be_an_office_or_a_room_that_answers_and_not_one_that_things_lie_in(
    gist: str, department: str
) -> None:
    assert read_finding(f"権限 {gist}", ("情報管理課",), "").departments[0] == department
