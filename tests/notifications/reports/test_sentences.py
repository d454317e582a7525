"""Measures as sentences: every ending that offices write, 予定 before and 済 after, and no Japanese that is none."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.reports.endings import clause_of
from notifications.reports.measures import Measure, MeasureState
from notifications.reports.sentences import deadline_words, measure_sentence
from notifications.reports.wording import answer_title

DAY = date(2024, 1, 15)

# what stands in the register, then: to come, done, practised so far
ENDINGS = [
    ("個人情報ファイル簿を公表する", "個人情報ファイル簿を公表する", "公表しました", "公表していました"),
    ("各課に調査を実施し、その回答を精査する。", "その回答を精査する", "精査しました", "精査していました"),
    ("ログの確認を行う", "ログの確認を行う", "行いました", "行っていました"),
    ("手順例を示す", "手順例を示す", "示しました", "示していました"),
    ("端末を置く", "端末を置く", "置きました", "置いていました"),
    ("業務を引き継ぐ", "業務を引き継ぐ", "引き継ぎました", "引き継いでいました"),
    ("改善に取り組む", "改善に取り組む", "取り組みました", "取り組んでいました"),
    ("書類を選ぶ", "書類を選ぶ", "選びました", "選んでいました"),
    ("約束を守る", "約束を守る", "守りました", "守っていました"),
    ("定着を図る", "定着を図る", "図りました", "図っていました"),
    ("様式を整える", "様式を整える", "整えました", "整えていました"),
    ("規程を改める", "規程を改める", "改めました", "改めていました"),
    ("暗号を用いる", "暗号を用いる", "用いました", "用いていました"),
    ("承認を得る", "承認を得る", "得ました", "得ていました"),
    ("各課に周知すること", "各課に周知する", "周知しました", "周知していました"),
    ("権限を停止することとする", "権限を停止する", "停止しました", "停止していました"),
    ("覚書を締結しました", "覚書を締結する", "締結しました", "締結していました"),
    ("手引を公表する予定", "手引を公表する", "公表しました", "公表していました"),
    ("周知", "周知を行う", "周知を行いました", "周知を行っていました"),
    ("各課に周知", "各課に周知する", "周知しました", "周知していました"),
    ("権限を見直し", "権限を見直す", "見直しました", "見直していました"),
    ("個人情報ファイル簿の公表", "個人情報ファイル簿の公表を行う", "公表を行いました", "公表を行っていました"),
    ("研修の実施", "研修を実施する", "研修を実施しました", "研修を実施していました"),
    ("システム改修", "システム改修を行う", "システム改修を行いました", "システム改修を行っていました"),
]


@pytest.mark.parametrize(("action", "plain", "done", "going_on"), ENDINGS)
def test_each_ending_that_offices_write_has_its_three_forms(action: str, plain: str, done: str, going_on: str) -> None:
    clause = clause_of(action)

    assert clause is not None
    assert clause.plain.endswith(plain)
    assert clause.done.endswith(done)
    assert clause.going_on.endswith(going_on)


@pytest.mark.parametrize(
    "action",
    ["マニュアル", "実施要綱", "速やかに", "調べた。改めた", "一\n二を行う", "<script>alert(1)</script>", "=1+1", "{{ 7*7 }}",
     "#eval", "点検している", "公表しない", "", "第三者点検済み", "A" * 400],
)  # fmt: skip
def test_what_has_no_known_ending_stands_as_it_is_with_its_state_in_brackets(action: str) -> None:
    planned = a_measure(action=action, deadline=date(2024, 2, 1))
    done = replace(planned, state=MeasureState.DONE, done_on=date(2024, 1, 30))

    assert measure_sentence(planned, DAY) == f"{action}（令和6年2月1日までに実施予定）"
    assert measure_sentence(done, DAY) == f"{action}（実施済　令和6年1月30日）"
    assert measure_sentence(replace(done, done_on=None), DAY) == f"{action}（実施済）"
    assert measure_sentence(replace(planned, state=MeasureState.CONSIDERED), DAY) == f"{action}（検討中）"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "手引を改める予定です。"),
        (
            {"deadline": date(2024, 2, 1), "deadline_printed": "令和6年2月1日まで"},
            "令和6年2月1日までに、手引を改める予定です。",
        ),
        ({"is_request": True}, "手引を改めるよう依頼する予定です。"),
        ({"is_request": True, "state": MeasureState.DONE}, "手引を改めるよう依頼しました。"),
        ({"started_on": date(2024, 1, 10)}, "手引を改める予定です（令和6年1月10日着手）。"),
        (
            {"deadline": date(2024, 1, 12)},
            "令和6年1月12日までに、手引を改める予定としていましたが、令和6年1月15日現在、実施に至っていません。",
        ),
        (
            {"deadline": date(2024, 1, 12), "reported_on": date(2024, 1, 11)},
            "令和6年1月12日までに、手引を改める予定で、令和6年1月11日に実施した旨の報告を受け、内容を確認しています。",
        ),
        (
            {"deadline": date(2024, 3, 29), "first_deadline": date(2024, 1, 31)},
            "期限を令和6年1月31日から延長し、令和6年3月29日までに、手引を改める予定です。",
        ),
        (
            {"deadline": date(2024, 1, 31), "first_deadline": date(2024, 3, 29)},
            "期限を令和6年3月29日から繰り上げ、令和6年1月31日までに、手引を改める予定です。",
        ),
        ({"state": MeasureState.DONE}, "手引を改めました。"),
        ({"state": MeasureState.DONE, "done_on": DAY}, "令和6年1月15日に、手引を改めました。"),
        ({"state": MeasureState.DECIDED}, "手引を改めることとしました。"),
        ({"state": MeasureState.CUSTOMARY}, "これまで、手引を改めていました。"),
        ({"state": MeasureState.CONSIDERED}, "手引を改めることについて、検討しています。"),
        (
            {"state": MeasureState.NOT_TAKEN, "reason": "統合のため。"},
            "手引を改めることについては、措置を講じないこととしました（理由　統合のため）。",
        ),
        ({"state": MeasureState.WITHDRAWN}, "手引を改めることは、取りやめることとしました。"),
    ],
)
def test_each_state_has_its_sentence(changes: dict[str, Any], sentence: str) -> None:
    assert measure_sentence(a_measure(action="手引を改める", **changes), DAY) == sentence


def test_a_deadline_is_kept_on_its_day_and_passed_on_the_next() -> None:
    measure = a_measure(deadline=DAY)

    assert "予定です" in measure_sentence(measure, DAY)
    assert "至っていません" in measure_sentence(measure, date(2024, 1, 16))


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("令和6年2月1日まで", "令和6年2月1日までに"), ("1月末まで", "1月末までに"), ("令和6年度から", "令和6年度から"),
        ("令和6年度からは", "令和6年度から"), ("12月中", "12月中に"), ("年度内に", "年度内に"), ("令和6年3月末", "令和6年3月末までに"),
        ("速やかに", "速やかに"), ("R6.2.1", "令和6年2月1日までに"), ("2024-02-01", "令和6年2月1日までに"),
        ("未定", ""), ("", "令和6年2月1日までに"),
    ],
)  # fmt: skip
def test_a_deadline_keeps_its_printed_words_and_a_bare_day_is_written_out(printed: str, words: str) -> None:
    assert deadline_words(a_measure(deadline=date(2024, 2, 1), deadline_printed=printed)) == words


WORDS = {
    MeasureState.PLANNED: "予定", MeasureState.CONSIDERED: "検討", MeasureState.NOT_TAKEN: "措置", MeasureState.WITHDRAWN: "取りやめ",
}  # fmt: skip


@given(action=st.text(max_size=60), state=st.sampled_from(list(WORDS)), late=st.booleans())
def test_whatever_a_register_holds_becomes_one_sentence_that_says_its_state(
    action: str, state: MeasureState, late: bool
) -> None:
    deadline = date(2024, 1, 10) if late else date(2024, 2, 1)
    sentence = measure_sentence(a_measure(action=action, state=state, deadline=deadline), DAY)

    assert sentence.endswith(("。", "）"))
    assert WORDS[state] in sentence
    assert "ました。" not in sentence.replace("こととしました。", "")


@pytest.mark.parametrize(
    ("office", "title"),
    [("杉並区", "区の対応（改善策）"), ("ひばり野市", "市の対応（改善策）"), ("あおば町", "町の対応（改善策）"),
     ("東京都", "都の対応（改善策）"), ("広域連合", "対応（改善策）"), ("", "対応（改善策）")],
)  # fmt: skip
def test_the_right_column_is_headed_by_the_kind_of_municipality(office: str, title: str) -> None:
    assert answer_title(office) == title


def a_measure(**changes: Any) -> Measure:
    return replace(Measure(key="finding:1/1", action="手引を改める", state=MeasureState.PLANNED), **changes)
