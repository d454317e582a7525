"""config.toml and the environment: what an office sets, and what is refused with the key's name."""

from datetime import date, time
from pathlib import Path

import pytest

from tests.builders import a_text
from tests.conftest import ROOT, Command
from tracker.domain.errors import SettingsRefused
from tracker.settings import Settings, load_settings


def settings_of(folder: Path, text: str, encoding: str = "utf-8") -> Settings:
    """The settings that a configuration file gives."""
    return load_settings(a_text(folder / "config.toml", text, encoding))


def refusal_of(folder: Path, text: str, encoding: str = "utf-8") -> str:
    """The sentence that a configuration file is refused with."""
    with pytest.raises(SettingsRefused) as refusal:
        settings_of(folder, text, encoding)
    return str(refusal.value)


def test_without_a_file_every_key_has_a_working_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)

    assert load_settings(None) == Settings()
    assert load_settings(None).office.zone == "Asia/Tokyo"


def test_the_file_in_the_working_directory_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    a_text(tmp_path / "config.toml", '[office]\nname = "ひばり野市"')

    assert load_settings(None).office.name == "ひばり野市"


def test_the_file_in_the_repository_can_be_read(tmp_path: Path) -> None:
    assert load_settings(ROOT / "config.toml").office.zone == "Asia/Tokyo"


def test_what_an_office_sets_holds_and_the_rest_stays_as_it_was(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path,
        """
        [office]
        name = "ひばり野市"
        [calendar]
        closed = ["R5.10.2", 2023-10-03]
        [registers."職員"]
        max_age_days = 7
        aliases = { "職員番号" = ["職員コード"] }
        [checks.absent-accounts]
        days = 60
        [timetable.checks]
        at = 05:45:00
        """,
    )

    assert settings.office.name == "ひばり野市"
    assert settings.calendar.closed == (date(2023, 10, 2), date(2023, 10, 3))
    assert settings.register_settings("職員").max_age_days == 7
    assert settings.register_settings("職員").aliases == {"職員番号": ("職員コード",)}
    assert settings.register_settings("組織").max_age_days == Settings().register_settings("組織").max_age_days
    assert settings.checks["absent-accounts"] == {"days": 60}
    assert settings.timetable.checks.at == time(5, 45)
    assert settings.timetable.intake == Settings().timetable.intake


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('namae = "x"', "namae"),
        ('[office]\nnamae = "x"', "office.namae"),
        ("[limits]\nfile_gb = 1", "limits.file_gb"),
        ('[registers."職員"]\nmax_age = 1', "registers.職員.max_age"),
        ("[timetable.tea]\nat = 15:00:00", "timetable.tea"),
        ('[office]\nzone = "Asia/Tokyo"\n[offices]\nname = "x"', "offices"),
    ],
)
def test_a_key_that_the_program_does_not_know_is_refused_by_its_name(tmp_path: Path, text: str, key: str) -> None:
    refusal = refusal_of(tmp_path, text)

    assert "config.toml" in refusal
    assert f"の {key}: このキーはありません。つづりを確かめてください。" in refusal


def test_every_wrong_key_is_told_at_once(tmp_path: Path) -> None:
    refusal = refusal_of(tmp_path, "[limits]\nfile_gb = 1\nfile_mb = 0\n[office]\nnamae = 1")

    assert "limits.file_gb" in refusal
    assert "limits.file_mb" in refusal
    assert "office.namae" in refusal


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[smtp]\nport = 25', "smtp.host: 必ず書いてください。"),
        ('[smtp]\nhost = "h"\nsecurity = "ssl"', "smtp.security: 'none', 'starttls' or 'tls' のどれか"),
        ('[timetable.checks]\non = "sun"', "timetable.checks.on"),
        ("[limits]\nfile_mb = 0", "limits.file_mb: 値「0」は使えません"),
        ('[registers."社員"]\nmax_age_days = 1', "「社員」という台帳はありません"),
        ('[registers."職員"]\naliases = { "社員番号" = ["ID"] }', "台帳「職員」に「社員番号」という列はありません"),
        ('[calendar]\nclosed = ["R5.2.30"]', "「R5.2.30」は実在しない日付です。"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_followed_is_refused_with_its_key(tmp_path: Path, text: str, told: str) -> None:
    assert told in refusal_of(tmp_path, text)


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    assert settings_of(tmp_path, '[office]\nname = "ひばり野市"', "utf-8-sig").office.name == "ひばり野市"


def test_a_file_in_cp932_is_refused_with_the_encoding_that_is_asked_for(tmp_path: Path) -> None:
    assert "文字コードが違います。UTF-8 で保存してください。" in refusal_of(
        tmp_path, '[office]\nname = "ひばり野市"', "cp932"
    )


def test_a_file_that_is_no_toml_and_one_that_is_not_there_are_refused(tmp_path: Path) -> None:
    assert "config.toml」の書き方が正しくありません" in refusal_of(tmp_path, "[office\nname = 1")
    with pytest.raises(SettingsRefused, match="nowhere.toml」を開けません"):
        load_settings(tmp_path / "nowhere.toml")
    with pytest.raises(SettingsRefused, match="を開けません"):
        load_settings(tmp_path)


def test_the_environment_overrides_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ZESEI_DATABASE__URL", "sqlite:///elsewhere.db")
    monkeypatch.setenv("ZESEI_LIMITS__FILE_MB", "7")

    settings = settings_of(tmp_path, '[database]\nurl = "sqlite:///here.db"\n[limits]\nbad_rows_shown = 3')

    assert settings.database.url == "sqlite:///elsewhere.db"
    assert (settings.limits.file_mb, settings.limits.bad_rows_shown) == (7, 3)


def test_the_environment_is_refused_by_the_same_rules(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ZESEI_LIMITS__FILE_MB", "many")

    assert "limits.file_mb: 値「many」は使えません" in refusal_of(tmp_path, "")


def test_the_command_refuses_a_wrong_key_with_status_2_and_makes_nothing(zesei: Command, tmp_path: Path) -> None:
    config = a_text(tmp_path / "wrong.toml", "[limits]\nfile_gb = 1")

    outcome = zesei("init", config=config, status=2)

    assert outcome.err == f"設定「{config}」の limits.file_gb: このキーはありません。つづりを確かめてください。\n"
    assert not (tmp_path / "data").exists()
