"""zesei letters: preview, print, send again; zesei forecast; zesei report due-list."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from tracker.cli.departments import department_of
from tracker.cli.frame import (
    AsJson,
    OnDay,
    options_of,
    print_json,
    read_day,
    refusals_as_sentences,
    tell,
    write_bytes,
    write_output,
)  # fmt: skip
from tracker.cli.usage import Commands
from tracker.domain.errors import CommandRefused

RESENT_DAYS = timedelta(days=30)  # an older letter says what is no longer so
LONGEST_FORECAST = timedelta(days=400)  # it holds the database's writing lock while it counts
letters_app = Commands(no_args_is_help=True, help="通知の文面、印刷、再送")


@letters_app.command("preview")
@refusals_as_sentences
def preview(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="通知の種類（reminder、escalation など）")],
    html: Annotated[Path | None, typer.Option("--html", help="HTML形式の文面を書き出すファイル")] = None,
) -> None:
    """例の内容で、通知の文面を示す（文面を差し替えたときの確認に）。"""
    from notifications.letters.kinds import KINDS
    from notifications.letters.stationery import Stationery
    from notifications.letters.stationery import preview as example

    if kind not in KINDS:
        raise CommandRefused(f"通知の種類「{kind}」はありません。次のどれかを指定してください: {'、'.join(KINDS)}")
    stationery = Stationery(options_of(context).settings().letters.folder)
    for trouble in stationery.check():
        tell(f"注意: {trouble}")
    letter = example(kind, stationery)
    if html is not None:
        write_output(html, letter.html)
    print(f"件名　{letter.subject}\n\n{letter.text}", end="")


@letters_app.command("print")
@refusals_as_sentences
def print_letters(
    context: typer.Context,
    output: Annotated[Path, typer.Option("--output", help="書き出すPDFファイル")],
    on: OnDay = None,
    department: Annotated[
        str | None, typer.Option("--department", help="所属コードか課の名前（省略するとすべての課）")
    ] = None,
) -> None:
    """その日の通知を、印刷用のPDFにする。"""
    from jobs.printing import print_of
    from tracker.secrets.letters import for_reader

    office = options_of(context).open()
    day = on or office.clock.today()
    with office.store.reading() as reading:
        code = department_of(office, reading, department).code if department else None
        mails = [letter for letter in reading.outbox.on_days(day, day, code) if letter.channel == "mail"]
        letters = [for_reader(reading, office, letter) for letter in mails]  # paper to be handed to its reader
    if not letters:
        raise CommandRefused("その日の通知はありません。--on と --department を確かめてください。")
    write_bytes(output, print_of(office, letters))
    print(f"{len(letters)}通を「{output}」に書き出しました。")


@letters_app.command("resend")
@refusals_as_sentences
def resend(
    context: typer.Context,
    number: Annotated[int | None, typer.Argument(metavar="NUMBER", help="通知の番号")] = None,
    every: Annotated[bool, typer.Option("--all", help="この30日に送るのをあきらめた通知すべて")] = False,
) -> None:
    """届かなかった通知を、もう一度送信待ちにする。"""
    if every == (number is not None):
        raise CommandRefused("通知の番号か --all の、どちらか一つを指定してください。")
    office = options_of(context).open()
    occasion = office.occasion("コマンド")
    if number is None:
        with office.store.transaction() as records:
            again = records.outbox.send_all_again(occasion.on_day - RESENT_DAYS, occasion)
            records.events.append(again)
        print(f"{len(again)}通を送信待ちにしました。" if again else "送るのをあきらめた通知はありません。")
        return
    with office.store.transaction() as records:
        letter = records.outbox.find(number)
        if letter is None:
            raise CommandRefused(f"通知{number}はありません。番号は画面の「送信」で確かめてください。")
        records.events.append([records.outbox.send_again(letter, occasion)])
    print(f"「{letter.subject}」を送信待ちにしました。")


@refusals_as_sentences
def forecast(
    context: typer.Context,
    until: Annotated[
        date | None, typer.Option("--until", parser=read_day, metavar="DATE", help="いつまでの通知か")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """今日から指定の日までに、何も変わらなければ送る通知をすべて示す。"""
    from jobs.forecast import DAYS_AHEAD, forecast_letters
    from jobs.words.reminders import forecast_as_json, forecast_as_text

    office = options_of(context).open()
    now = office.clock.now()
    today = office.clock.day_of(now)
    last = until or today + timedelta(days=DAYS_AHEAD)
    if last < today:
        raise CommandRefused("--until には、今日以後の日を指定してください。")
    if last > today + LONGEST_FORECAST:
        raise CommandRefused(f"--until が先すぎます。{LONGEST_FORECAST.days}日以内の日を指定してください。")
    letters = forecast_letters(office, now, last)
    show = forecast_as_json if as_json else forecast_as_text
    (print_json if as_json else print)(show(letters, today, last))


@refusals_as_sentences
def report_due_list(
    context: typer.Context,
    output: Annotated[Path, typer.Option("--output", help="書き出すExcelファイル")],
    department: Annotated[
        str | None, typer.Option("--department", help="所属コードか課の名前（省略するとすべての課）")
    ] = None,
) -> None:
    """未完了の対応をすべて、期限の順にExcelの一覧にする。"""
    from tracker.exports.due_list import due_list
    from tracker.exports.due_rows import due_rows

    office = options_of(context).open()
    day = office.clock.today()
    with office.store.reading() as records:
        code = department_of(office, records, department).code if department else None
        rows = due_rows(records, day, code)
    write_bytes(output, due_list(rows, office=office.settings.office.name, today=day))
    print(f"{len(rows)}件を「{output}」に書き出しました。")


def mount(app: typer.Typer, report_app: typer.Typer) -> None:
    """Put these commands into the program."""
    app.add_typer(letters_app, name="letters")
    app.command("forecast")(forecast)
    report_app.command("due-list")(report_due_list)
