"""config.toml and the environment: what an office sets, and what is refused with the key's name."""

import contextlib
import json
import re
import tempfile
from datetime import date, time
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        ('[smtp]\nhost = "h"\nsecurity = "ssl"', "smtp.security: 値「ssl」は使えません。none、starttls、tls のどれかにしてください。"),
        ('[timetable.checks]\non = "sun"', "timetable.checks.on"),
        ("[limits]\nfile_mb = 0", "limits.file_mb: 値「0」は使えません。1以上にしてください。"),
        ('[limits]\nfile_mb = "many"', "limits.file_mb: 値「many」は使えません。整数で書いてください。"),
        ("[web]\nport = 99999", "web.port: 値「99999」は使えません。65535以下にしてください。"),
        ("[smtp]\nhost = 'h'\ntimeout_seconds = 0", "smtp.timeout_seconds: 値「0」は使えません。0より大きくしてください。"),
        ("[office]\nname = 5", "office.name: 値「5」は使えません。文字を引用符で囲んで書いてください。"),
        ("office = 5", "office: 値「5」は使えません。[office] の見出しの下に、キーごとに書いてください。"),
        ('[registers]\n"職員" = 5', "registers.職員: 値「5」は使えません。"),
        ('[checks.absent-accounts]\ndays = "x"', "checks.absent-accounts.days: 値「x」は使えません。整数か、true、falseで"),
        ('[timetable.checks]\nat = "25:00"', 'timetable.checks.at: 値「25:00」は使えません。"08:30" のように書いて'),
        ("[timetable.checks]\nat = 830", "timetable.checks.at: 値「830」は使えません。"),
        ("[intake]\nfolder = 5", "intake.folder: 値「5」は使えません。"),
        ('[reminders]\ndays_before = "x"', "reminders.days_before: 値「x」は使えません。[ ] の中に並べて"),
        ('[office]\nzone = "Asia/Tokio"', "office.zone: 「Asia/Tokio」という時間帯はありません。Asia/Tokyo のように"),
        ('[office]\nzone = "Asia"', "office.zone: 「Asia」という時間帯はありません。"),
        ('[office]\nzone = "../../etc/passwd"', "office.zone: 「../../etc/passwd」という時間帯はありません。"),
        ('[office]\nzone = ""', "office.zone: 「」という時間帯はありません。"),
        ("calendar.closed = 5", "calendar.closed: 値「5」は使えません。[ ] の中に並べて書いてください。"),
        ("calendar.open = '2023-10-02'", "calendar.open: 値「2023-10-02」は使えません。[ ] の中に"),
        ("[calendar]\nclosed = [5]", "calendar.closed: 「5」は日付として読めません。"),
        ("[calendar]\nclosed = [true]", "calendar.closed: 「True」は日付として読めません。"),
        ("[calendar]\nclosed = [[2023-10-02]]", "calendar.closed: "),
        ('[registers."社員"]\nmax_age_days = 1', "「社員」という台帳はありません"),
        ('[registers."職員"]\naliases = { "社員番号" = ["ID"] }', "台帳「職員」に「社員番号」という列はありません"),
        ('[calendar]\nclosed = ["R5.2.30"]', "calendar.closed: 「R5.2.30」は実在しない日付です。"),
        ("[accounts]\nidle_minutes = 0", "accounts.idle_minutes: 値「0」は使えません。1以上に"),
        ("[accounts]\npassword_length = 4", "accounts.password_length: 値「4」は使えません。8以上に"),
        ('[accounts]\nproxy_header = "X Y"', "accounts.proxy_header: 値「X Y」は使えません。"),
        ('[accounts]\nproxy_header = "X-User"', "accounts: proxy_header を使うには、設定 web.proxies に、"),
        ('[web]\nproxies = ["proxy.example"]', "web.proxies: 値「proxy.example」は使えません。10.1.2.3 か"),
        ('[web]\nproxies = ["*"]', "web.proxies: 値「*」は使えません。"),
        ('[ldap]\nbase = "x"', "ldap.url: 必ず書いてください。"),
        ('[ldap]\nbase = "x"\nurl = "dc.example"', "ldap.url: 値「dc.example」は使えません。ldaps://"),
        ('[ldap]\nbase = "x"\nurl = "ldaps://dc.example"\nfilter = "(uid=x)"', "{name} を1回だけ書いてください。"),
        ('[ldap]\nbase = "x"\nurl = "ldaps://dc.example"\n[ldap.roles]\nx = "king"', "ldap.roles.x: 値「king」は使えません。division、"),
        ('[oidc]\nclient_id = "x"\nissuer = "http://sso.example"', "oidc.issuer: 値「http://sso.example」は使えません。https://"),
        ('[oidc]\nclient_id = "x"\nissuer = "https://sso.example"', "oidc: 設定 web.address に、"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_followed_is_refused_with_its_key_in_japanese(
    tmp_path: Path, text: str, told: str
) -> None:
    refusal = refusal_of(tmp_path, text)

    assert told in refusal
    assert refusal.count("\n") == 0
    assert refusal.endswith("。")
    assert not re.search(r"[A-Z][a-z]+ [a-z]+", refusal)


def test_closed_days_may_be_written_as_any_day(tmp_path: Path) -> None:
    closed = settings_of(tmp_path, '[calendar]\nclosed = ["令和5年10月2日", 20231003, 2023-10-04]').calendar.closed

    assert closed == (date(2023, 10, 2), date(2023, 10, 3), date(2023, 10, 4))


def test_a_password_that_is_no_text_is_refused_without_being_repeated(tmp_path: Path) -> None:
    refusal = refusal_of(tmp_path, '[smtp]\nhost = "h"\npassword = 51423')

    assert "smtp.password: " in refusal
    assert "51423" not in refusal
    refusal = refusal_of(tmp_path, '[oidc]\nissuer = "https://sso.example"\nclient_id = "x"\nclient_secret = 51423')
    assert "oidc.client_secret: " in refusal
    assert "51423" not in refusal


GOOD_SENDERS = [
    "zesei@city.example", "zesei@localhost.localdomain", "zesei@localhost", "情報管理課 <joho@city.example>",
    "情報管理課（個人情報） <joho@city.example>", '"情報, 管理課" <joho@city.example>', "<joho@city.example>",
    "joho+zesei@xn--eckwd4c7c.example",
]  # fmt: skip
BAD_SENDERS = [
    "", " ", "情報管理課", "joho@", "@city.example", "joho", "jo ho@city.example", "joho@city example", "a@b@city.example",
    "joho@city..example", "joho@-city.example", "joho@city.example.", ".joho@city.example", "jo..ho@city.example",
    "情報管理課 joho@city.example", "情報管理課 <joho@city.example", "情報管理課 joho@city.example>", "情報<管理>課 <j@city.example>",
    "a@city.example, b@city.example", "a@city.example; b@city.example", "課長@city.example", "joho@市.example",
    "joho@city.example\nBcc: x@y.example", "=?utf-8?q?a?= <joho@city.example>", "joho@[127.0.0.1]",
    "a" * 65 + "@city.example", "joho@" + "a" * 63 + ".example" * 30,
]  # fmt: skip


@pytest.mark.parametrize("sender", GOOD_SENDERS)
def test_a_sender_that_is_taken_can_stand_at_the_head_of_a_mail(tmp_path: Path, sender: str) -> None:
    taken = settings_of(tmp_path, f"[mail]\nsender = {json.dumps(sender)}").mail.sender

    mail = EmailMessage()
    mail["From"] = taken
    (address,) = mail["From"].addresses
    assert mail["From"].defects == ()
    assert address.addr_spec == sender.rpartition("<")[2].rstrip(">")


@pytest.mark.parametrize("sender", BAD_SENDERS)
def test_a_sender_that_is_no_usable_address_is_refused(tmp_path: Path, sender: str) -> None:
    refusal = refusal_of(tmp_path, f"[mail]\nsender = {json.dumps(sender)}")

    assert "mail.sender: " in refusal
    assert "はメールアドレスとして使えません。joho@city.example か 情報管理課 <joho@city.example> のように" in refusal
    assert refusal.count("\n") == 0


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    assert settings_of(tmp_path, '[office]\nname = "ひばり野市"', "utf-8-sig").office.name == "ひばり野市"


def test_a_file_in_cp932_is_refused_with_the_encoding_that_is_asked_for(tmp_path: Path) -> None:
    assert "文字コードが違います。UTF-8 で保存してください。" in refusal_of(
        tmp_path, '[office]\nname = "ひばり野市"', "cp932"
    )


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("アカウント = 1", "1行1列", '日本語のキーは "アカウント" のように引用符で囲んでください。'),
        ("[office]\n[registers.アカウント]", "2行12列", '日本語のキーは "アカウント" のように'),
        ("[registers.IDアカウント]", "1行14列", '日本語のキーは "IDアカウント" のように'),
        ('[registers."職員"]\naliases = { 氏名 = ["a"] }', "2行13列", '日本語のキーは "氏名" のように'),
        ("[office]\r\nname = あおば市", "2行8列", '文字は "あおば市" のように引用符で囲んでください。'),
        ("[office]\nname = “あおば市”", "2行8列", "引用符は半角の"),
        ('[office]\nname　= "a"', "2行5列", "全角の空白があります。"),
        ("[office\nname = 1", "1行8列", "見出しの ] がありません。"),
        ('[office]\nname : "x"', "2行6列", "キーの後に = を書いてください。"),
        ('[office]\nname = "abc', "2行12列", "引用符が閉じていません。"),
        ("[calendar]\nclosed = [\n", "3行1列", "値がないか、"),
        ('[office]\nname = "a"\nname = "b"\n', "3行11列", "同じ名前が二度"),
        ("[office]\n[office]", "2行8列", "同じ名前が二度"),
        ('[intake]\nfolder = "C:\\data"', "2行15列", "\\\\"),
        ("[web]\nport = 80 80", "2行11列", "余分な文字があります。"),
        ("[web]\nport = 0x", "2行9列", ""),
        ("\x01", "1行1列", ""),
    ],
)
def test_what_is_no_toml_is_refused_in_japanese_with_line_and_column(
    tmp_path: Path, text: str, place: str, hint: str
) -> None:
    refusal = refusal_of(tmp_path, text)

    assert f"config.toml」の{place}を読めません。" in refusal
    assert hint in refusal
    assert refusal.endswith("。")
    assert not re.search(r"[A-Z][a-z]+ [a-z]+", refusal)


@given(st.text(alphabet="[]{}=\"'\\.,:\n\t a1#職　", max_size=30))
def test_whatever_stands_in_the_file_it_is_read_or_refused_in_a_sentence(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(SettingsRefused):
        settings_of(Path(folder), text)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
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


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("ZESEI_LIMITS__FILE_MB", "many", "値「many」は使えません。整数で書いてください。"),
        ("ZESEI_OFFICE__NAMAE", "x", "このキーはありません。"),
        ("ZESEI_OFFICE__ZONE", "x", "「x」という時間帯はありません。"),
        ("ZESEI_OFFICE", "x", "値「x」は使えません。JSONで"),
        ("ZESEI_OFFICE", "5", "値「5」は使えません。ZESEI_OFFICE__NAME のように、キーごとに"),
        ("ZESEI_OFFICE__NAME__X", "x", "は使えません。文字を"),
        ("ZESEI_OFICE__NAME", "x", "このような設定はありません。つづりを確かめてください。"),
        ("zesei_limits__file_mb", "0", "値「0」は使えません。1以上にしてください。"),
        ("ZESEI_CALENDAR__CLOSED", "R5.10.2", "値「R5.10.2」は使えません。JSONで"),
        ("ZESEI_CALENDAR__CLOSED", "5", "値「5」は使えません。[ ] の中に"),
        ("ZESEI_CALENDAR__CLOSED", '["R5.2.30"]', "「R5.2.30」は実在しない日付です。"),
        ("ZESEI_REGISTERS", "x", "値「x」は使えません。JSONで"),
        ("ZESEI_SMTP", "x", "値「x」は使えません。"),
        ("ZESEI_MAIL__SENDER", "x", "「x」はメールアドレスとして使えません。"),
        ("ZESEI_MAIL__BACK_OFF_MINUTES", "x", "値「x」は使えません。JSONで"),
    ],
)
def test_the_environment_is_refused_by_the_same_rules_and_the_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, value: str, told: str
) -> None:
    if not variable.startswith("ZESEI_OFFICE__NAME"):
        monkeypatch.setenv("ZESEI_OFFICE__NAME", "x" if variable == "ZESEI_OFFICE" else "ひばり野市")
    monkeypatch.setenv(variable, value)

    refusal = refusal_of(tmp_path, "")

    assert f"環境変数 {variable}: " in refusal
    assert told in refusal
    assert refusal.count("\n") == 0
    assert not re.search(r"[A-Z][a-z]+ [a-z]+", refusal)


def test_the_command_refuses_an_environment_that_cannot_be_read_with_status_2(
    zesei: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZESEI_OFFICE", "x")

    assert zesei("check", status=2).err.startswith("環境変数 ZESEI_OFFICE: 値「x」は使えません。")


def test_the_command_refuses_a_wrong_key_with_status_2_and_makes_nothing(zesei: Command, tmp_path: Path) -> None:
    config = a_text(tmp_path / "wrong.toml", "[limits]\nfile_gb = 1")

    outcome = zesei("init", config=config, status=2)

    assert outcome.err == f"設定「{config}」の limits.file_gb: このキーはありません。つづりを確かめてください。\n"
    assert not (tmp_path / "data").exists()
