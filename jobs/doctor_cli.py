"""zesei doctor."""

import typer

from tracker.cli.frame import FAILED, AsJson, options_of, print_json, refusals_as_sentences, say_trouble_in_sentences
from tracker.health.values import Examined

WELL, WRONG, NOTICE = "○", "▲", "－"


@refusals_as_sentences
def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """この事務所の動きを点検し、悪いところと、することを示す。"""
    from jobs.probes import PROBES
    from tracker.health.examining import examine_place

    options = options_of(context)
    say_trouble_in_sentences()
    examined = []
    for one in examine_place(options.config, options.data_dir, PROBES):
        examined.append(one)
        if not as_json:
            _print(one)
    wrong = [one for one in examined if one.is_wrong]
    if as_json:
        print_json({"ok": not wrong, "checks": [_as_json(one) for one in examined]})
    else:
        print(f"{len(examined)}項目のうち、{len(wrong)}項目に問題があります。" if wrong else "問題はありません。")
    if wrong:
        raise typer.Exit(FAILED)


def mount(app: typer.Typer) -> None:
    """Put this command into the program."""
    app.command("doctor")(doctor)


def _print(one: Examined) -> None:
    mark = WRONG if one.is_wrong else NOTICE if one.symptoms else WELL
    print(f"{mark} {one.title}")
    for symptom in one.symptoms:
        print(f"    {symptom.sentence}")


def _as_json(one: Examined) -> dict[str, object]:
    symptoms = [{"sentence": symptom.sentence, "wrong": symptom.is_wrong} for symptom in one.symptoms]
    return {"name": one.name, "title": one.title, "ok": not one.is_wrong, "findings": symptoms}
