"""zesei report: each kind of report as of any day, in its formats, and issued for good."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.frame import OnDay, options_of, refusals_as_sentences, tell, write_bytes
from tracker.cli.usage import Commands
from tracker.domain.dates import wareki
from tracker.domain.departments import department_named
from tracker.domain.errors import CommandRefused

if TYPE_CHECKING:
    from datetime import date

    from jobs.reports.kinds import Kind
    from tracker.office import Office

BY_COMMAND = "コマンド"
app = Commands(no_args_is_help=True, help="報告")
Form = Annotated[str | None, typer.Option("--format", metavar="FORMAT", help="html、pdf、xlsx、docx、json など")]
Output = Annotated[Path | None, typer.Option("--output", metavar="FILE", help="書き出すファイル（省略すると標準出力）")]
Issued = Annotated[bool, typer.Option("--issue", help="発行して保存する（前の版との違いを示す）")]
Whose = Annotated[str | None, typer.Option("--department", help="所属コードか課の名前（省略するとすべての課）")]


@app.command("weekly")
@refusals_as_sentences
def weekly(
    context: typer.Context, on: OnDay = None, form: Form = None, output: Output = None, issue: Issued = False,
    department: Whose = None,
) -> None:  # fmt: skip
    """その日の時点の週次報告。"""

    def code(office: Office, day: date) -> str:
        if not department:
            return ""
        with office.store.reading() as records:
            ever = records.departments_ever(day)
        found = ever.get(department) or department_named(department, ever.values())
        if found is None:
            raise CommandRefused(
                f"「{department}」という課は、{wareki(day)}までの台帳「組織」にないか、二つ以上あります。"
                "所属コードで指定してください。"
            )
        return found.code

    _report(context, "weekly", on, form, output, issue, code)


@app.command("council")
@refusals_as_sentences
def council(
    context: typer.Context, on: OnDay = None, form: Form = None, output: Output = None, issue: Issued = False,
    evidence: Annotated[bool, typer.Option("--evidence", help="改善策ごとに証跡の文書名を示す")] = False,
) -> None:  # fmt: skip
    """その日の時点の審議会資料（改善指導の内容と対応の表）。"""
    shaped = (lambda table: replace(table, with_evidence=True)) if evidence else None
    _report(context, "council", on, form, output, issue, shaped=shaped)


@app.command("improvement")
@refusals_as_sentences
def improvement(
    context: typer.Context, on: OnDay = None, form: Form = None, output: Output = None, issue: Issued = False
) -> None:
    """その日の時点の改善状況報告（個人情報保護委員会あての公文書の案）。"""
    _report(context, "improvement", on, form, output, issue)


@app.command("follow-up")
@refusals_as_sentences
def follow_up(
    context: typer.Context, on: OnDay = None, form: Form = None, output: Output = None, issue: Issued = False
) -> None:
    """その日を基準日とする措置状況報告（措置区分A～E）。"""
    _report(context, "follow-up", on, form, output, issue)


def _report(
    context: typer.Context, name: str, on: date | None, form: str | None, output: Path | None, issue: bool,
    subject_of: Callable[[Office, date], str] = lambda office, day: "",
    shaped: Callable[[Any], Any] | None = None,
) -> None:  # fmt: skip
    from jobs.reports.issuing import refuse_unknown_past
    from jobs.reports.kinds import kind_named
    from jobs.reports.writing import written

    kind, office = kind_named(name), options_of(context).open()
    occasion = office.occasion(BY_COMMAND, on)
    form = form or kind.formats[0]
    if form not in kind.formats:
        raise CommandRefused(
            f"{kind.title}の形式「{form}」はありません。{'、'.join(kind.formats)} のどれかを指定してください。"
        )
    subject = subject_of(office, occasion.on_day)
    refuse_unknown_past(office, occasion.on_day)
    if issue:
        _issue(office, kind, occasion.on_day, subject)
    with office.store.reading() as records:
        value = kind.compose(records, office, occasion, None, subject)
    if shaped is not None:
        value = shaped(value)
    if occasion.on_day > office.clock.today():
        tell(f"注意: {wareki(occasion.on_day)}は今日より後の日です。今日までの記録で作りました。")
    content, notice = written(kind, value, form)
    if notice:
        tell(notice)
    if output is not None:
        write_bytes(output, content)
        tell(f"「{output}」に書き出しました。")
    elif not issue:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def _issue(office: Office, kind: Kind, day: date, subject: str) -> None:
    from jobs.reports.issuing import issue
    from jobs.reports.writing import write_files
    from tracker.edition_differences import difference_lines

    if day > office.clock.today():
        raise CommandRefused(f"{wareki(day)}は今日より後の日です。発行できるのは今日までの報告です。")
    with office.store.transaction() as records:
        issued = issue(records, office, kind, office.occasion(BY_COMMAND, day), subject)
    report = issued.report
    hashes = write_files(office.data_dir, report)
    with office.store.transaction() as records:
        records.reports.note_files(report, hashes)
    if not issued.is_new:
        tell(f"{kind.title}（{wareki(day)}）は第{report.edition}版を発行済みで、内容は今の記録と同じです。")
        return
    tell(f"{kind.title}（{wareki(day)}）の第{report.edition}版を発行しました（SHA-256 {report.sha256}）。")
    for line in difference_lines(issued.differences):
        tell(line)
