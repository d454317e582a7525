"""zesei backup, restore."""

from pathlib import Path
from typing import Annotated

import typer

from tracker.cli.frame import FAILED, options_of, refusals_as_sentences, tell

KeyFile = Annotated[
    Path | None, typer.Option("--key-file", metavar="FILE", help="暗号化の鍵ファイル（32バイト以上の乱数）")
]
NO_KEYS = (
    "鍵（secret.key）は入れていません。別に安全な所へ写すか、--with-keys を付けてください。"
    "鍵がないと、戻した後、前に送った通知のリンクが使えません。"
)


@refusals_as_sentences
def backup(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="書き出すファイル（例: zesei-R6.3.18.zip）")],
    with_keys: Annotated[bool, typer.Option("--with-keys", help="鍵（secret.key）も入れる")] = False,
    key_file: KeyFile = None,
) -> None:
    """動かしたまま、すべての記録を一つのファイルに写す。"""
    from tracker.backup.writing import write_backup

    taken = write_backup(options_of(context).open(), path, with_keys=with_keys, key_file=key_file)
    print(
        f"「{taken.path}」にバックアップを取りました（{taken.size / 1_000_000:,.1f} MB、ファイル {taken.files:,}件、"
        f"記録 {taken.entries:,}件{'、暗号化' if key_file else ''}）。"
    )
    if not taken.has_keys:
        tell(f"注意: {NO_KEYS}")
    _tell_troubles(taken.troubles)


@refusals_as_sentences
def restore(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="zesei backup で取ったファイル")],
    key_file: KeyFile = None,
) -> None:
    """バックアップを、空の --data-dir に戻す。"""
    from tracker.backup import restoring

    options = options_of(context)
    done = restoring.restore(options.settings(), options.data_dir, path, key_file)
    office = options.open()  # migrates what an earlier version left, and asks for everything that a start needs
    with office.store.reading() as records:
        entries = records.events.verify()
    print(
        f"{done.manifest.taken_at[:16].replace('T', ' ')} のバックアップを「{options.data_dir}」に戻しました"
        f"（ファイル {done.files:,}件、記録 {entries:,}件）。監査証跡に書き換えはありません。"
    )
    tell("そのときの設定（パスワードを除く）は restored-settings.json にあります。")
    if not done.manifest.has_keys:
        tell(f"注意: {restoring.NO_KEYS}")
    _tell_troubles(done.troubles)


def mount(app: typer.Typer) -> None:
    """Put these commands into the program."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def _tell_troubles(troubles: tuple[str, ...]) -> None:
    for sentence in troubles:
        tell(sentence)
    if troubles:
        raise typer.Exit(FAILED)
