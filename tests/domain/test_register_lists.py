"""Every register can be looked through, by columns that it has."""

from tracker.domain.register_lists import HOMES, LISTS, list_of, pointing_at
from tracker.domain.registers import ACCOUNT, BY_STEM, DEPARTMENT, REGISTERS, STAFF, SUBCONTRACT


def test_every_register_has_a_list_whose_columns_are_its_own() -> None:
    assert list(LISTS) == [register.stem for register in REGISTERS]
    for register in REGISTERS:
        view = list_of(register)
        for name in (*view.filters, *view.sorts, *view.by_beginning, *view.by_value, *view.quick):
            assert name in register.names, (register.stem, name)


def test_a_code_leads_to_a_register_with_one_key() -> None:
    assert all(len(BY_STEM[stem].keys) == 1 for stem in HOMES.values())


def test_a_persons_accounts_and_absences_point_at_the_person() -> None:
    pointing = {(register.stem, name) for register, name in pointing_at(STAFF)}

    assert {("アカウント", "staff_no"), ("休業", "staff_no")} <= pointing
    assert ("条項確認", "subcontract_no") in {(r.stem, name) for r, name in pointing_at(SUBCONTRACT)}
    assert pointing_at(ACCOUNT) == []
    assert ("組織", "code") not in {(r.stem, name) for r, name in pointing_at(DEPARTMENT)}
