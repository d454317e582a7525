"""The whole line once: registers and the paper in; flags, tasks, reminders and the weekly report out, by mail."""

import json
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.conftest import REPLAY, Command, Outcome


@dataclass
class Sink:
    """A real SMTP server's handler that keeps what it was handed."""

    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002, N802
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


@pytest.fixture
def server() -> Iterator[tuple[Sink, int]]:
    sink = Sink()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    yield sink, port
    controller.stop()


def test_departments_and_the_division_receive_reminders_and_the_report_by_smtp(
    zesei: Command, tmp_path: Path, server: tuple[Sink, int]
) -> None:
    sink, port = server
    config = tmp_path / "own.toml"
    config.write_text(
        f'[smtp]\nhost = "127.0.0.1"\nport = {port}\n[mail]\nsender = "情報管理課 <zesei@city.example.jp>"\n', "utf-8"
    )

    def run(*arguments: object) -> Outcome:
        return zesei(*arguments, config=config)

    run("import", REPLAY / "2023-07-31", "--as-of", "2023-07-31")
    run("check", "--on", "2023-07-31")
    run("remind", "--on", "2023-07-31")
    run("jobs", "run", "weekly_report", "--on", "2023-07-31")
    run("deliver")
    run("deliver")

    to = sorted(mail["To"] for mail in sink.mails)
    assert len(to) == 8  # seven departments with flags, and the report
    assert to.count("joho-kanri@city.example.jp") == 2
    letter = next(mail for mail in sink.mails if mail["To"].startswith("shogai-shisaku@"))
    assert letter["Subject"] == "【期限間近 1件】個人情報保護に係る対応期限のお知らせ（障害者施策課）"
    assert letter["X-Zesei-Kind"] == "reminder"
    assert letter["X-Zesei-Date"] == "2023-07-31"
    assert letter["Auto-Submitted"] == "auto-generated"
    text, html = part(letter, "plain"), part(letter, "html")
    for words in (
        "障害者施策課 御中",
        "長期不在者のアカウントの停止（障害者福祉総合システム）",
        "273日不在",
        "令和5年8月7日（月）",
    ):
        assert words in squeezed(text), words
        assert words.replace(" ", "") in squeezed(re.sub(r"<[^>]+>", "", html)).replace(" ", ""), words
    assert "sf0222" not in text + html  # names and user ids stay out of mail
    report = next(mail for mail in sink.mails if mail["X-Zesei-Kind"] == "weekly-report")
    assert "週次報告" in report["Subject"]
    assert "ログ分析の未実施" in part(report, "plain") + part(report, "html")


def test_the_report_of_the_last_day_counts_what_the_registers_show(zesei: Command, tmp_path: Path) -> None:
    for day in sorted(path.name for path in REPLAY.iterdir()):
        zesei("import", REPLAY / day, "--as-of", day)
        zesei("check", "--on", day)

    report = json.loads(zesei("report", "weekly", "--on", "2024-03-18", "--format", "json").out)
    page = tmp_path / "report.html"
    zesei("report", "weekly", "--on", "2024-03-18", "--output", page)

    assert report["totals"]["open"] == report["totals"]["overdue"] == 2
    assert {row["code"]: row["counts"]["overdue"] for row in report["departments"]} == {"0101": 2}
    assert {row["name"]: row["open_flags"] for row in report["checks"] if row["open_flags"]} == {
        "overdue-log-analyses": 2
    }
    assert "令和6年3月11日（月）～17日（日）" in page.read_text("utf-8")


def test_the_example_office_has_a_history_and_its_own_clock(zesei: Command, tmp_path: Path) -> None:
    zesei("demo", "--no-serve", "--on", "2023-08-21")

    jobs = zesei("jobs", "--json").json["jobs"]
    last = {job["name"]: job["last_run"] and job["last_run"]["outcome"] for job in jobs}
    assert {name for name, outcome in last.items() if outcome is None} == {
        "inspection", "backup", "intake", "bounces", "handovers",
    }  # fmt: skip
    assert {outcome for outcome in last.values() if outcome} == {"done"}
    assert zesei("check", "absent-accounts", "--json").json["on"] == "2023-08-21"
    mails = list((tmp_path / "data" / "mail").glob("*.eml"))
    assert {path.name.split("-", 3)[3].rsplit("-", 1)[0] for path in mails} == {
        "escalation", "reminder", "unanswered", "weekly-report",
    }  # fmt: skip


def test_the_example_office_never_moves_into_an_offices_own_data(zesei: Command) -> None:
    zesei("init")

    assert "もうデータがあります" in zesei("demo", "--no-serve", status=2).err


def part(mail: EmailMessage, subtype: str) -> str:
    body = mail.get_body((subtype,))
    assert body is not None
    return str(body.get_content())


def squeezed(text: str) -> str:
    return re.sub(r"\s*\r?\n\s*", "", text)
