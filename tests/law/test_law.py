"""The law as data: clauses in every way papers print them, contract items, and numbers with their source."""

from datetime import date

import pytest

from tracker.law import (
    Clause,
    ContractItem,
    Law,
    Threshold,
    clause_normalised,
    clauses,
    contract_items,
    laws,
    threshold,
)

ACT = "個人情報の保護に関する法律"
GUIDE = f"{ACT}についての事務対応ガイド（行政機関等向け）"
NUMBER_GUIDE = "特定個人情報の適正な取扱いに関するガイドライン（行政機関等編）"


@pytest.mark.parametrize(
    ("printed", "normalised"),
    [
        ("個人情報保護法第75条第1項", f"{ACT}第75条第1項 個人情報ファイル簿の作成及び公表"),
        ("個人情報保護法第７５条第１項", f"{ACT}第75条第1項 個人情報ファイル簿の作成及び公表"),
        (f"{ACT}第75条第1項", f"{ACT}第75条第1項 個人情報ファイル簿の作成及び公表"),
        ("事務対応ガイド4-8-9(4)", f"{GUIDE}4-8-9(4) 委託"),
        ("事務対応ガイド４－８－９（４）", f"{GUIDE}4-8-9(4) 委託"),
        ("事務対応ガイド 4-8-9 (4)", f"{GUIDE}4-8-9(4) 委託"),
        (f"「{GUIDE}」4-8-5(1)", f"{GUIDE}4-8-5(1) アクセス制御"),
        ("番号法ガイドライン第4-2-1[2]B", f"{NUMBER_GUIDE}第4-2-(1) 2 B 再委託の効果"),
        ("番号法ガイドライン第4-2-1②B", f"{NUMBER_GUIDE}第4-2-(1) 2 B 再委託の効果"),
        ("番号法ガイドライン第４－２－（１）２Ｂ", f"{NUMBER_GUIDE}第4-2-(1) 2 B 再委託の効果"),
        ("番号法ガイドライン²Cb", f"{NUMBER_GUIDE}（別添1）安全管理措置 2 C b 取扱規程等に基づく運用"),
        ("番号法ガイドライン２Ｃｂ", f"{NUMBER_GUIDE}（別添1）安全管理措置 2 C b 取扱規程等に基づく運用"),
        ("番号法ガイドライン（別添１）②Cb", f"{NUMBER_GUIDE}（別添1）安全管理措置 2 C b 取扱規程等に基づく運用"),
    ],
)
def test_a_clause_is_known_in_every_way_papers_print_it(printed: str, normalised: str) -> None:
    assert clause_normalised(printed) == normalised


@pytest.mark.parametrize(
    "printed", ["", "個人情報保護法", "個人情報保護法第75条", "番号法第75条第1項", "庁内規程第3条"]
)
def test_an_unknown_clause_is_not_guessed(printed: str) -> None:
    assert clause_normalised(printed) is None


def test_no_two_clauses_claim_the_same_print() -> None:
    claims: dict[str, set[str]] = {}
    for clause in clauses():
        for printed in clause.printed:
            claims.setdefault(clause_normalised(printed) or "", set()).add(clause.id)

    assert all(len(ids) == 1 for ids in claims.values())
    assert len(claims) == len({clause.id for clause in clauses()})


def test_every_rule_says_where_it_comes_from_and_how_sure_that_is() -> None:
    rules: list[Law | Clause | ContractItem | Threshold] = [*laws(), *clauses(), *contract_items()]
    rules += [threshold("absence-days"), threshold("file-persons")]

    assert all(rule.source and rule.sure in tuple("ABCD") for rule in rules)
    assert {clause.law for clause in clauses()} == {law.id for law in laws()}
    assert all(date.fromisoformat(law.since) for law in laws())


def test_the_contract_items_stand_in_the_order_of_the_guides() -> None:
    keys = [item.key for item in contract_items()]

    assert keys == [f"C{n}" for n in range(1, 9)] + ["W1", "W2"] + [f"N{n}" for n in range(1, 11)]


def test_only_the_number_acts_items_bind_specific_personal_information_alone() -> None:
    assert all(item.specific_only == item.key.startswith("N") for item in contract_items())


def test_every_contract_item_names_a_guide_the_program_knows() -> None:
    assert {item.guide for item in contract_items()} <= {law.name for law in laws()}


def test_the_ninety_days_are_a_wards_decision_and_the_thousand_persons_the_cabinets_order() -> None:
    absence, persons = threshold("absence-days"), threshold("file-persons")

    assert (absence.number, absence.unit, absence.since) == (90, "日", "2023-12-19")
    assert "定めはない" in absence.basis
    assert (persons.number, persons.unit) == (1000, "人")
    assert "施行令第20条" in persons.basis


def test_a_number_no_rule_has_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        threshold("leap-days")
