"""zesei init, import, audit verify; the other commands of the tracker beside them."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from tracker.cli import departments, tokens, users
from tracker.cli.clock import clock_app
from tracker.cli.frame import AsJson, options_of, print_json, read_day, refusals_as_sentences, tell
from tracker.cli.usage import Commands
from tracker.domain.errors import TrailBroken
from tracker.files.trail_end import kept_end

BY_COMMAND = "コマンド"
AsOf = Annotated[
    date | None, typer.Option("--as-of", parser=read_day, metavar="DATE", help="台帳を出力した日（省略すると今日）")
]


@refusals_as_sentences
def init(context: typer.Context) -> None:
    """データベースを作る、又は新しい版に合わせる（何度実行してもよい）。"""
    office = options_of(context).open()
    tell(f"データベースの用意ができました（{office.store.engine.url.render_as_string(hide_password=True)}）。")


@refusals_as_sentences
def import_files(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="台帳のファイル、フォルダー、審議会資料")],
    as_of: AsOf = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="何が変わるかを示すだけで、取り込まない")] = False,
    allow_empty: Annotated[bool, typer.Option("--allow-empty", help="データの行がない台帳も取り込む")] = False,
    as_json: AsJson = False,
) -> None:
    """台帳のファイルと審議会資料を取り込む。"""
    from tracker.cli.words import import_as_json, import_as_text
    from tracker.registers.importing import Importer

    office = options_of(context).open()
    occasion = office.occasion(BY_COMMAND)
    importer = Importer(office.settings, as_of or occasion.on_day, occasion, allow_empty, as_of_given=as_of is not None)
    report = importer.take(office.store, paths, dry_run=dry_run)
    for notice in report.notices:
        tell(f"注意: {notice}")
    if as_json:
        print_json(import_as_json(report, dry_run=dry_run))
    else:
        print(import_as_text(report, dry_run=dry_run))


@refusals_as_sentences
def verify(context: typer.Context) -> None:
    """監査証跡の鎖をたどり、書き換えがないことを確かめる。"""
    from tracker.storage.trail_witnesses import refuted

    office = options_of(context).open()
    with office.store.reading() as records:
        entries = records.events.verify()
        if lost := refuted(records.connection, kept_end(office.data_dir)):
            raise TrailBroken("\n".join(lost))
        print(f"監査証跡 {entries} 件に書き換えはありません。")


def mount(app: typer.Typer) -> None:
    """Put these commands into the program."""
    app.command("init")(init)
    app.command("import")(import_files)
    audit = Commands(no_args_is_help=True, help="監査証跡")
    audit.command("verify")(verify)
    app.add_typer(audit, name="audit")
    app.add_typer(clock_app, name="clock")
    departments.mount(app)
    users.mount(app)
    tokens.mount(app)
