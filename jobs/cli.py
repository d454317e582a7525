"""The zesei command: the tracker's own commands, and those that look, remind, report and serve."""

from __future__ import annotations

from jobs import memory  # noqa: F401  # before everything that is large

# isort: split

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs import doctor_cli, exports_cli, letters_cli, reports_cli
from tracker.cli import backups, records
from tracker.cli.frame import (
    FAILED,
    AsJson,
    GlobalOptions,
    OnDay,
    options_of,
    print_json,
    refusals_as_sentences,
    say_trouble_in_sentences,
    tell,
)  # fmt: skip
from tracker.cli.streams import make_notices_last, open_closed_streams
from tracker.cli.terminal import keep_terminal_plain
from tracker.cli.usage import Commands, run
from tracker.domain.events import Occasion
from tracker.files.rights import keep_to_oneself

if TYPE_CHECKING:
    from jobs.runner import Runner
    from tracker.storage.job_runs import JobRun

BY_COMMAND = "コマンド"

app = Commands(
    no_args_is_help=True,
    help="是正 - 指導事項と定期業務の期限を管理し、台帳を検査して所管課に知らせる",
)
records.mount(app)


@app.callback()
def global_options(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="FILE", help="設定ファイル（省略すると作業フォルダーの config.toml）"),
    ] = None,
    data_dir: Annotated[
        Path,
        typer.Option("--data-dir", metavar="DIR", help="データベース、通知、報告を置くフォルダー（省略すると data）"),
    ] = Path("data"),
) -> None:
    """Options that come before the command."""
    context.obj = options = GlobalOptions(config, data_dir, is_whole_process=True)
    context.call_on_close(options.close)


@app.command()
@refusals_as_sentences
def check(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", help="検査の名前（省略するとすべて）")] = None,
    on: OnDay = None,
    as_json: AsJson = False,
) -> None:
    """台帳を検査する。"""
    from jobs.check_runs import check_by_command
    from jobs.checking import checks_named, refuse_unknown_check_settings, write_catalogue
    from jobs.words.checks import check_as_text, checks_as_json, failure_as_sentence

    checks = checks_named(names or [])
    office = options_of(context).open()
    refuse_unknown_check_settings(office.settings)
    write_catalogue(office.store)
    say_trouble_in_sentences()
    occasion = office.occasion(BY_COMMAND, on)
    results = check_by_command(office, occasion, checks)
    if as_json:
        print_json(checks_as_json(occasion.on_day, results))
    else:
        for one, result in zip(checks, results, strict=True):
            print(check_as_text(one, result))
    failures = [failure_as_sentence(one, r) for one, r in zip(checks, results, strict=True) if r.failed]
    for sentence in failures:
        tell(sentence)
    if failures:
        raise typer.Exit(FAILED)


@app.command()
@refusals_as_sentences
def remind(
    context: typer.Context,
    on: OnDay = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="誰に何を知らせるかを示すだけで、送信待ちにしない")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """その日に誰に何を知らせるかを決め、通知を送信待ちにする。"""
    from jobs.checking import refuse_unknown_check_settings
    from jobs.letters import Post
    from jobs.morning import writings
    from jobs.registry import runner_of
    from jobs.situation import Situation
    from jobs.words.reminders import reminders_as_json, reminders_as_text

    office = options_of(context).open()
    refuse_unknown_check_settings(office.settings)
    occasion = office.occasion(BY_COMMAND, on)
    with office.store.reading() as reading:
        situation = Situation.read(reading, office, occasion)
    letters = [write() for _, write in writings(situation, Post(office, occasion))]
    if not dry_run:
        _run_by_hand(runner_of(office), "reminders", occasion)
    show = reminders_as_json if as_json else reminders_as_text
    (print_json if as_json else print)(show(letters, occasion.on_day, dry_run=dry_run))


@app.command()
@refusals_as_sentences
def deliver(context: typer.Context, as_json: AsJson = False) -> None:
    """送信待ちの通知を送る。"""
    from jobs.registry import runner_of
    from jobs.words.runs import deliveries_as_text

    office = options_of(context).open()
    with office.store.reading() as reading:
        waited = reading.outbox.to_go(office.clock.now())
    run = _run_by_hand(runner_of(office), "delivery", office.occasion(BY_COMMAND))
    with office.store.reading() as reading:
        troubled = reading.outbox.troubled()
        none_went = bool(waited) and not reading.outbox.gone(waited)
    if as_json:
        waiting = [
            {
                "id": t.id, "subject": t.subject, "to": t.recipients, "attempts": t.attempts, "answer": t.answer,
                "answers": t.answers,
            }
            for t in troubled
        ]  # fmt: skip
        print_json({"summary": run.summary, "not_accepted": waiting})
    else:
        print(deliveries_as_text(run, troubled, office.clock.zone))
    if none_went:
        raise typer.Exit(1)


@app.command()
@refusals_as_sentences
def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option("--host", help="待ち受けるアドレス")] = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="待ち受けるポート")] = None,
) -> None:
    """画面と定時処理を動かす。"""
    from jobs.serving import serve_office

    serve_office(options_of(context).open(), host, port)


@app.command()
@refusals_as_sentences
def demo(
    context: typer.Context,
    on: OnDay = None,
    host: Annotated[str | None, typer.Option("--host", help="待ち受けるアドレス")] = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="待ち受けるポート")] = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="データを作るだけで、画面は動かさない")] = False,
) -> None:
    """お試し用の事務所を空のフォルダーに作り、画面と定時処理を動かす。"""
    from jobs.demo import BY, LAST_DAY, build_demo, demo_office, is_demo
    from jobs.demo.accounts import add_demo_accounts, shown_accounts

    options = options_of(context)
    office = options.closing(demo_office(options.config, options.data_dir, port or options.settings().web.port))
    if not is_demo(office.data_dir):
        tell("お試し用の事務所を作っています（数秒から十数秒かかります）。")
        office = build_demo(office, on or LAST_DAY)
    add_demo_accounts(office, office.clock.now(), BY)  # an example office of an earlier version has none
    if not no_serve:
        from jobs.serving import serve_office

        serve_office(office, host, port, shown_accounts())


jobs_app = Commands(invoke_without_command=True, help="定時処理の予定と結果")
app.add_typer(jobs_app, name="jobs")


@jobs_app.callback()
@refusals_as_sentences
def jobs(context: typer.Context, as_json: AsJson = False) -> None:
    """何がいつ動くか、最後にいつ動いてどう終わったかを示す。"""
    if context.invoked_subcommand is not None:
        return
    from jobs.registry import runner_of
    from jobs.words.runs import jobs_as_json, jobs_as_text

    office = options_of(context).open()
    runner = runner_of(office)
    runner.keep_timetable(office.clock.now())
    with office.store.reading() as reading:
        scheduled, latest = reading.job_runs.jobs(), reading.job_runs.latest_by_job()
    if as_json:
        print_json(jobs_as_json(scheduled, latest))
    else:
        print(jobs_as_text(scheduled, latest, office.clock.zone))


@jobs_app.command("run")
@refusals_as_sentences
def run_job(
    context: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME", help="処理の名前")], on: OnDay = None
) -> None:
    """処理を一つ、今すぐ動かす。"""
    from jobs.registry import runner_of

    office = options_of(context).open()
    run = _run_by_hand(runner_of(office), name, office.occasion(BY_COMMAND, on))
    print(run.summary or "することはありませんでした。")


app.add_typer(reports_cli.app, name="report")
app.add_typer(exports_cli.app, name="export")
letters_cli.mount(app, reports_cli.app)
backups.mount(app)
doctor_cli.mount(app)


def _run_by_hand(runner: Runner, name: str, occasion: Occasion) -> JobRun:
    """Run a job; failures of its parts are told, and make the command fail."""
    run = runner.run_by_hand(name, occasion)
    for part, trouble in run.failures.items():
        tell(f"{part}: {trouble}")
    if run.failures:
        raise typer.Exit(FAILED)
    return run


def main() -> None:
    """Entry of the `zesei` command."""
    keep_to_oneself()
    open_closed_streams()
    keep_terminal_plain()
    make_notices_last()
    sys.exit(run(app))
