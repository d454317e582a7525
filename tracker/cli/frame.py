"""What every command shares: global options, days on the command line, refusals as sentences and exit codes."""

import functools
import json
import logging
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeVar

import typer
from sqlalchemy.exc import DBAPIError, OperationalError

from tracker.cli.terminal import escaped
from tracker.domain.dates import read_date
from tracker.domain.errors import CommandRefused, Refusal, TrailBroken, why
from tracker.files.durable import whole_file
from tracker.files.rights import exposures
from tracker.files.temporary import working_in_own_folder
from tracker.office import DEFAULT_DATA_DIR, Office, open_office
from tracker.settings import Settings, load_settings
from tracker.storage.damage import damage_sentence, is_damage
from tracker.storage.database import is_busy

P = ParamSpec("P")
R = TypeVar("R")
FAILED, REFUSED = 1, 2


@dataclass
class GlobalOptions:
    """--config and --data-dir, which come before the command."""

    config: Path | None = None
    data_dir: Path = DEFAULT_DATA_DIR
    opened: list[Office] = field(default_factory=list)
    is_whole_process: bool = False  # the command is all that its process does
    leaving: ExitStack = field(default_factory=ExitStack)

    def open(self) -> Office:
        """The office that the options name."""
        return self.closing(open_office(self.config, self.data_dir))

    def closing(self, office: Office) -> Office:
        """An office whose database is closed when the command ends, so that all of it lies in its one file."""
        self.opened.append(office)
        if self.is_whole_process and len(self.opened) == 1:
            self.leaving.enter_context(working_in_own_folder(office.data_dir))
            for exposure in exposures(office.data_dir, office.settings.database.url):
                tell(exposure.sentence)
        return office

    def close(self) -> None:
        """Close the databases of what was opened."""
        for office in self.opened:
            office.store.engine.dispose()
        self.leaving.close()

    def settings(self) -> Settings:
        """The settings alone, for a command that needs no records."""
        return load_settings(self.config)


def options_of(context: typer.Context) -> GlobalOptions:
    """The global options of this run of the program."""
    return context.ensure_object(GlobalOptions)


def read_day(text: str) -> date:
    """A day on the command line, ISO or 和暦; DateUnreadable otherwise."""
    return read_date(text).day


def tell(sentence: str) -> None:
    """A notice, on standard error, so that standard output stays readable by programs."""
    print(sentence, file=sys.stderr)


def say_trouble_in_sentences() -> None:
    """From here on the command tells its trouble itself: no log entry with its traceback beside it."""
    logging.getLogger("zesei").addHandler(logging.NullHandler())


def print_json(document: Any) -> None:
    """One JSON document on standard output."""
    print(escaped(json.dumps(document, ensure_ascii=False, default=_iso)))


def write_output(path: Path, text: str) -> None:
    """Write a file that the command line named; CommandRefused when that cannot be done."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file that the command line named; CommandRefused when that cannot be done."""
    try:
        if path.exists() and not path.is_file():  # a terminal, a pipe
            path.write_bytes(content)
            return
        with whole_file(path.resolve()) as file:
            file.write(content)
    except OSError as trouble:
        raise CommandRefused(f"「{path}」に書き出せません（{why(trouble)}）。") from None


def refusals_as_sentences(command: Callable[P, R]) -> Callable[P, R]:
    """A refusal becomes its sentence on standard error and exit status 2 (1 for a trail that does not hold)."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Refusal as refusal:
            tell(str(refusal))
            raise typer.Exit(FAILED if isinstance(refusal, TrailBroken) else REFUSED) from None
        except OperationalError as trouble:
            if not is_busy(trouble):
                _tell_damage(trouble)
                raise
            tell(
                "ほかの処理がデータベースに書き込んでいるため、何も変えていません。少し待ってから、もう一度実行してください。"
            )
            raise typer.Exit(FAILED) from None
        except DBAPIError as trouble:
            _tell_damage(trouble)
            raise

    return wrapped


def _tell_damage(trouble: DBAPIError) -> None:
    """A damaged database is told in a sentence, and ends the command."""
    if is_damage(trouble):
        tell(damage_sentence(trouble))
        raise typer.Exit(FAILED) from None


def _iso(value: Any) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(type(value).__name__)


OnDay = Annotated[
    date | None,
    typer.Option("--on", parser=read_day, metavar="DATE", help="庁内の日付（令和5年7月31日、R5.7.31、2023-07-31）"),
]
AsJson = Annotated[bool, typer.Option("--json", help="結果をJSONで標準出力に出す")]
