"""The twelve registers as interfaces section 2 lists them, and the tables that keep them."""

from tests.builders import ROWS, asked
from tracker.domain.registers import REGISTERS
from tracker.office import Office
from tracker.storage.tables.registers import version_tables


def test_the_twelve_registers_have_the_columns_that_offices_were_promised() -> None:
    known = {register.stem: [c.header for c in register.columns if not c.optional_header] for register in REGISTERS}

    assert {stem: sorted(headers) for stem, headers in known.items()} == {
        stem: sorted(row) for stem, row in ROWS.items()
    }


def test_the_keys_are_those_that_interfaces_names() -> None:
    keys = {register.stem: [c.header for c in register.columns if c.key] for register in REGISTERS}

    assert {stem: headers for stem, headers in keys.items() if len(headers) > 1} == {
        "休業": ["職員番号", "開始日"],
        "アカウント": ["システムコード", "ユーザーID"],
        "条項確認": ["再委託番号", "条項"],
        "ログ分析報告": ["システムコード", "対象開始"],
        "改善策": ["指導番号", "枝番"],
    }
    assert {stem: headers[0] for stem, headers in keys.items()} == {stem: next(iter(row)) for stem, row in ROWS.items()}


def test_every_column_of_every_register_exists_in_its_version_table_and_no_other(office: Office) -> None:
    of_versions = {"begun_by", "ended_by", "valid_from", "valid_to"}

    for register in REGISTERS:
        migrated = {row[1] for row in asked(office, f"PRAGMA table_info({register.noun}_version)")}
        assert migrated == {*register.names, *of_versions}, register.stem
        assert {column.name for column in version_tables()[register.stem].columns} == migrated


def test_required_columns_and_only_they_must_be_filled_in_the_tables(office: Office) -> None:
    for register in REGISTERS:
        strict = {row[1] for row in asked(office, f"PRAGMA table_info({register.noun}_version)") if row[3]}
        assert strict & {*register.names} == {c.name for c in register.columns if c.required}, register.stem


def test_a_register_comes_after_those_it_refers_to() -> None:
    order = [register.stem for register in REGISTERS]

    for register in REGISTERS:
        for reference in register.references:
            assert order.index(reference.register) < order.index(register.stem)
            assert reference.column in register.names
