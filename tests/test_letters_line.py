"""The line of letters by the command: forecast, dry run, preview, the office's own words, paper, Excel, sending again."""

import http.server
import json
import socket
import threading
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.conftest import REPLAY, Command
from tests.notifications.pdf_reader import Pdf
from tracker.clock import set_clock

DAY = "2023-07-31"


@pytest.fixture
def seen(zesei: Command) -> Command:
    """An office of the ward's registers, checked on the first day."""
    zesei("import", REPLAY / DAY, "--as-of", DAY)
    zesei("check", "--on", DAY)
    return zesei


def test_a_dry_run_says_what_the_run_then_queues_and_queues_nothing(seen: Command) -> None:
    announced = seen("remind", "--on", DAY, "--dry-run", "--json").json
    again = seen("remind", "--on", DAY, "--dry-run", "--json").json
    queued = seen("remind", "--on", DAY, "--json").json

    assert announced == again
    assert announced["letters"] == queued["letters"] != []
    assert seen("remind", "--on", DAY, "--json").json["letters"] == []
    assert {letter["kind"] for letter in queued["letters"]} == {"reminder"}


def test_the_forecast_names_the_letters_that_then_go_out(seen: Command, tmp_path: Path) -> None:
    set_clock(tmp_path / "data", "Asia/Tokyo", datetime.fromisoformat("2023-07-31T08:00:00+09:00"))

    foreseen = seen("forecast", "--until", "R5.8.8", "--json").json
    days = ["2023-07-31", "2023-08-01", "2023-08-02", "2023-08-03", "2023-08-04", "2023-08-07", "2023-08-08"]
    lived = []
    for day in days:
        seen("check", "--on", day)
        lived += [(day, one["subject"]) for one in seen("remind", "--on", day, "--json").json["letters"]]

    told = [(one["on"], one["subject"]) for one in foreseen["letters"] if one["kind"] in ("reminder", "escalation")]
    assert sorted(told) == sorted(lived)
    assert {one["kind"] for one in foreseen["letters"]} >= {"reminder", "weekly-report"}
    assert "期限" in seen("forecast", "--until", "R5.8.8").out
    assert "今日以後" in seen("forecast", "--until", "R5.7.1", status=2).err


@pytest.mark.parametrize("kind", ["reminder", "escalation", "unanswered", "weekly-report"])
def test_each_kind_of_letter_can_be_looked_at_before_it_is_ever_sent(zesei: Command, tmp_path: Path, kind: str) -> None:
    shown = zesei("letters", "preview", kind, "--html", tmp_path / "letter.html").out

    assert shown.startswith("件名　")
    assert "以上" in shown
    assert "<table" in (tmp_path / "letter.html").read_text("utf-8")
    assert "次のどれか" in zesei("letters", "preview", "no-such-letter", status=2).err


def test_the_offices_own_words_stand_in_its_letters_and_a_broken_one_is_told_with_its_line(
    seen: Command, tmp_path: Path
) -> None:
    own = tmp_path / "own" / "reminder"
    own.mkdir(parents=True)
    (own / "subject.txt").write_text("【{{ facts.office }}】期限のお知らせ（{{ facts.department }}）", "utf-8")
    config = tmp_path / "own.toml"
    config.write_text(f'[letters]\nfolder = "{tmp_path / "own"}"\n', "utf-8")

    subjects = [
        one["subject"] for one in seen("remind", "--on", DAY, "--dry-run", "--json", config=config).json["letters"]
    ]
    (own / "subject.txt").write_text("お知らせ\n{{ facts.no_such_fact }}", "utf-8")
    told = seen("letters", "preview", "reminder", config=config)
    built_in = seen("remind", "--on", DAY, "--dry-run", "--json", config=config).json["letters"]

    assert subjects
    assert all(subject.startswith("【○○市】期限のお知らせ（") for subject in subjects)
    assert "subject.txt 2行目" in told.err
    assert "no_such_fact" in told.err
    assert all("個人情報保護に係る対応期限のお知らせ" in one["subject"] for one in built_in)


def test_the_days_letters_are_printed_and_everything_due_is_listed_for_excel(seen: Command, tmp_path: Path) -> None:
    seen("remind", "--on", DAY)

    seen("letters", "print", "--on", DAY, "--output", tmp_path / "letters.pdf")
    seen("report", "due-list", "--output", tmp_path / "list.xlsx")
    seen("report", "due-list", "--department", "障害者施策課", "--output", tmp_path / "one.xlsx")

    pages = Pdf((tmp_path / "letters.pdf").read_bytes()).pages()
    printed = "".join(sign.character for page in pages for sign in page if not sign.character.isspace())
    assert printed.count("事務連絡") >= 5
    assert "情報管理課御中" in printed
    everything, one = (_rows(tmp_path / name) for name in ("list.xlsx", "one.xlsx"))
    open_flags = sum(len(check["flags"]) for check in seen("check", "--on", DAY, "--json").json["checks"])
    assert len(everything) == open_flags
    assert 0 < len(one) < len(everything)
    assert (
        "通知はありません"
        in seen("letters", "print", "--on", "2023-07-01", "--output", tmp_path / "x.pdf", status=2).err
    )


def test_a_letter_without_an_address_lies_in_the_folder_for_print(zesei: Command, tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    for file in (REPLAY / DAY).iterdir():
        (exports / file.name).write_bytes(file.read_bytes())
    head, *rows = (exports / "組織.csv").read_bytes().decode("utf-8-sig").splitlines()
    place = head.split(",").index("所属メール")
    without = [",".join("" if n == place else cell for n, cell in enumerate(row.split(","))) for row in rows]
    (exports / "組織.csv").write_bytes("\r\n".join([head, *without, ""]).encode())
    zesei("import", exports, "--as-of", DAY)
    zesei("check", "--on", DAY)

    zesei("remind", "--on", DAY)
    undelivered = zesei("deliver", "--json").json["not_accepted"]

    printed = {path.stem for path in (tmp_path / "data" / "print" / DAY).glob("*.pdf")}
    assert len(printed) == len(undelivered) >= 5
    assert {one["answer"] for one in undelivered} == {"宛先のメールアドレスがありません。印刷して渡してください。"}
    assert "宛先がありません" in zesei("letters", "resend", undelivered[0]["id"], status=2).err


class Chat(http.server.BaseHTTPRequestHandler):
    """A chat that keeps what is posted to it."""

    posted: list[dict[str, Any]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.posted.append(json.loads(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Keep quiet."""


@pytest.fixture
def chat() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    Chat.posted = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Chat) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}", Chat.posted
        server.shutdown()


def test_a_departments_letter_goes_to_its_chat_as_well_and_a_host_that_is_not_listed_is_refused(
    seen: Command, tmp_path: Path, chat: tuple[str, list[dict[str, Any]]]
) -> None:
    host, posted = chat
    config = tmp_path / "own.toml"
    hook = (
        f'[[webhooks.to]]\nname = "課のチャット"\nurl = "http://{host}/hook"\nformat = "slack"\ndepartment = "0303"\n'
    )
    config.write_text(f'[webhooks]\nallowed = ["chat.example"]\n{hook}', "utf-8")
    refused = seen("remind", "--on", DAY, status=2, config=config)
    config.write_text(f'[webhooks]\nallowed = ["{host}"]\n{hook}', "utf-8")

    seen("remind", "--on", DAY, config=config)
    outcome = seen("deliver", "--json", config=config).json

    assert "allowed にありません" in refused.err
    (message,) = posted
    assert "障害者施策課" in message["text"]
    assert outcome["not_accepted"] == []
    mails = [message_from_bytes(path.read_bytes(), policy=default) for path in (tmp_path / "data" / "mail").iterdir()]
    assert len({str(mail["Message-ID"]) for mail in mails}) == len(mails) >= 5


def _rows(path: Path) -> list[list[Any]]:
    """The lines of the list below its headings."""
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    heads = next(number for number, row in enumerate(rows) if "期限" in row)
    return [row for row in rows[heads + 1 :] if any(row)]


def test_what_waits_for_another_try_is_told_with_the_reason(seen: Command, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = tmp_path / "own.toml"
    config.write_text(f'[smtp]\nhost = "127.0.0.1"\nport = {port}\n', "utf-8")
    seen("remind", "--on", DAY, config=config)

    tried = seen("deliver", config=config, status=1).out

    assert "再送待ち" in tried
    assert seen("letters", "resend", "--all").out == "送るのをあきらめた通知はありません。\n"
    assert "どちらか一つ" in seen("letters", "resend", "1", "--all", status=2).err
    assert "接続を拒否されました" in tried


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ('[web]\naddress = "zesei.example"\n', "http:// か https://"),
        ('[webhooks]\nallowed = ["https://chat.example"]\n', "ホストの名前だけ"),
        ('[[webhooks.to]]\nname = "板"\nurl = "ftp://chat.example/x"\n', "http:// か https://"),
        ('[[webhooks.to]]\nname = "板"\nurl = "http://chat.example/x"\nkinds = ["remindr"]\n', "reminder、escalation"),
    ],
)
def test_a_setting_that_would_send_letters_nowhere_is_refused(
    zesei: Command, tmp_path: Path, settings: str, sentence: str
) -> None:
    config = tmp_path / "own.toml"
    config.write_text(settings, "utf-8")

    assert sentence in zesei("remind", "--dry-run", status=2, config=config).err


def test_a_forecast_of_many_years_is_refused(zesei: Command) -> None:
    assert "400日以内" in zesei("forecast", "--until", "R60.3.1", status=2).err


def test_a_file_that_cannot_be_written_or_read_is_told_in_japanese(seen: Command, tmp_path: Path) -> None:
    written = seen("report", "due-list", "--output", tmp_path, status=2).err
    read = seen("import", tmp_path / "アカウント.csv", status=2).err
    ahead = seen("report", "weekly", "--on", "R60.3.1", "--output", tmp_path / "weekly.html").err

    assert "フォルダーです" in written
    assert "見つかりません" in read or "ありません" in read
    assert "今日より後の日です" in ahead
