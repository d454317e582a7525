"""zesei export: the records in open formats, and hand-over packs, as of any day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from tracker.cli.frame import FAILED, OnDay, options_of, refusals_as_sentences, tell
from tracker.cli.usage import Commands
from tracker.domain.dates import wareki
from tracker.domain.errors import CommandRefused, why
from tracker.files.durable import whole_file

if TYPE_CHECKING:
    from datetime import date

    from tracker.office import Office

app = Commands(no_args_is_help=True, help="記録の書き出し（CSV、OSCAL、引継ぎの一式）")
Overwrite = Annotated[bool, typer.Option("--overwrite", help="同じ名前のファイルがあれば置き換える")]


@app.command("oscal")
@refusals_as_sentences
def oscal(
    context: typer.Context,
    output: Annotated[Path, typer.Argument(metavar="OUTPUT.json", help="書き出すファイル")],
    on: OnDay = None,
    overwrite: Overwrite = False,
) -> None:
    """指導事項、対応、検知、例外を OSCAL の是正計画（POA&M）にする。"""
    from tracker.exports.oscal import compose_poam, poam_bytes

    office = options_of(context).open()
    day = _known_day(office, on)
    with new_file(output, overwrite=overwrite) as file:
        with office.store.reading() as records:
            document = compose_poam(records, day, office=office.settings.office.name, zone=office.clock.zone)
        file.writelines(poam_bytes(document))
    tell(f"{wareki(day)}の時点の是正計画を「{output}」に書き出しました。")


@app.command("csv")
@refusals_as_sentences
def csv(
    context: typer.Context,
    output: Annotated[Path, typer.Argument(metavar="OUTPUT.zip", help="書き出すファイル")],
    on: OnDay = None,
    encoding: Annotated[
        str, typer.Option("--encoding", metavar="ENCODING", help="utf-8（省略時）又は cp932")
    ] = "utf-8",
    overwrite: Overwrite = False,
) -> None:
    """台帳、対応、検知、報告、通知、経過など、すべての記録を CSV にして一つにまとめる。"""
    from tracker.exports.whole import write_whole

    office = options_of(context).open()
    day = _known_day(office, on)
    with new_file(output, overwrite=overwrite) as file, office.store.reading() as records:
        name, zone = office.settings.office.name, office.clock.zone
        write_whole(file, records, day, office=name, zone=zone, encoding=encoding.lower())
    tell(f"{wareki(day)}の時点のすべての記録を「{output}」に書き出しました。")


@app.command("pack")
@refusals_as_sentences
def pack(
    context: typer.Context,
    output: Annotated[Path, typer.Argument(metavar="OUTPUT.zip", help="書き出すファイル")],
    finding: Annotated[str | None, typer.Option("--finding", metavar="NO", help="指導番号")] = None,
    department: Annotated[
        str | None, typer.Option("--department", metavar="CODE", help="所属コード（課の名前でもよい）")
    ] = None,
    on: OnDay = None,
    overwrite: Overwrite = False,
) -> None:
    """一つの指導事項又は一つの課の、対応、経過、通知、証跡を、引継ぎの一式にする。"""
    from jobs.packs import subject_of, write_pack
    from tracker.storage.retelling import Retelling

    office = options_of(context).open()
    day = _known_day(office, on)
    with office.store.reading() as records:
        told = Retelling.on(records, day, weeks=1)
        subject = subject_of(records, told, finding, department)
        with new_file(output, overwrite=overwrite) as file:
            index = write_pack(file, records, office, told, subject)
    tell(
        f"{subject.title}の一式（対応{len(index.tasks)}件、証跡{len(index.evidence)}件）を「{output}」に書き出しました。"
    )
    for one in index.troubles:
        tell(f"▲ 証跡「{one.name}」を入れられませんでした。{one.why_missing}")
    if index.troubles:
        raise typer.Exit(FAILED)


def _known_day(office: Office, on: date | None) -> date:
    from tracker.exports.days import known_day

    with office.store.reading() as records:
        return known_day(records, on, office.clock.today())


@contextmanager
def new_file(path: Path, *, overwrite: bool) -> Iterator[IO[bytes]]:
    """A file that is there whole or not at all; CommandRefused for one that exists, and where nothing can be written."""
    if path.exists() and not overwrite:
        raise CommandRefused(f"「{path}」は、もうあります。別の名前にするか、--overwrite を付けてください。")
    try:
        with whole_file(path) as file:
            yield file
    except OSError as trouble:
        raise CommandRefused(f"「{path}」に書き出せません（{why(trouble)}）。") from None
