"""zesei clock: whether jobs go by the machine's clock, and the confirmation that it is right."""

from __future__ import annotations

import typer

from tracker.cli.frame import options_of, refusals_as_sentences
from tracker.cli.usage import Commands

clock_app = Commands(invoke_without_command=True, help="サーバーの時計")
FORM = "%Y-%m-%d %H:%M"


@clock_app.callback()
@refusals_as_sentences
def show(context: typer.Context) -> None:
    """サーバーの時計と、そのために処理を止めているかどうかを示す。"""
    if context.invoked_subcommand is not None:
        return
    from tracker.clock_watch import read_watch

    office = options_of(context).open()
    watch, zone = read_watch(office.data_dir), office.clock.zone
    print(f"時計は {office.clock.now().astimezone(zone):{FORM}} を示しています。")
    if watch.leapt_from and watch.leapt_to:
        leapt = f"{watch.leapt_from.astimezone(zone):{FORM}} から {watch.leapt_to.astimezone(zone):{FORM}} へ"
        print(
            f"{leapt}進んだので、定時の処理と通知の送信を止めています。正しければ zesei clock accept としてください。"
        )
    elif watch.back_from and watch.back_to:
        back = f"{watch.back_from.astimezone(zone):{FORM}} から {watch.back_to.astimezone(zone):{FORM}} へ"
        print(f"{back}戻りました。確かめたら zesei clock accept としてください。")


@clock_app.command("accept")
@refusals_as_sentences
def accept(context: typer.Context) -> None:
    """時計は正しいと確かめ、止めていた処理と送信を再開する。"""
    from tracker.actions.clock import confirm_clock

    office = options_of(context).open()
    before = confirm_clock(office, office.occasion("コマンド"))
    held = "止めていた処理と送信を、1分以内に再開します。" if before.is_held else "止めている処理はありません。"
    print(f"時計は {office.clock.now().astimezone(office.clock.zone):{FORM}} で正しいと記録しました。{held}")
