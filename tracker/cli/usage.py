"""The command line in Japanese: its pages of help, and what is wrong with a line that cannot be followed."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import typer
from pydantic import ValidationError
from typer.core import TyperCommand, TyperGroup

from tracker.cli.frame import FAILED, REFUSED, tell
from tracker.domain.errors import Refusal
from tracker.settings.reasons import reason_of

F = TypeVar("F", bound=Callable[..., Any])
PROGRAM = "zesei"


class _Page:
    """A page of help: usage, then what the command is for, its arguments, its options."""

    def format_usage(self: Any, ctx: Any, formatter: Any) -> None:
        arguments = [param for param in self.get_params(ctx) if param.param_type_name == "argument"]
        words = ["[オプション]", *(_named(a) if a.required else f"[{_named(a)}]" for a in arguments)]
        if isinstance(self, TyperGroup):
            words.append("コマンド …")
        formatter.write_usage(ctx.command_path, " ".join(words), "使い方: ")

    def format_options(self: Any, ctx: Any, formatter: Any) -> None:
        rows: dict[str, list[tuple[str, str]]] = {"引数": [], "オプション": []}
        for param in self.get_params(ctx):
            if param.param_type_name == "argument":
                rows["引数"].append((_named(param), param.help or ""))
            elif not param.hidden:
                value = "" if param.is_flag else f" {_named(param)}"
                help_text = "この説明を表示する" if "--help" in param.opts else param.help
                rows["オプション"].append((", ".join(param.opts) + value, help_text or ""))
        rows["コマンド"] = [(name, one.get_short_help_str(200)) for name, one in getattr(self, "commands", {}).items()]
        for heading, lines in rows.items():
            if lines:
                with formatter.section(heading):
                    formatter.write_dl(lines)


class _Command(_Page, TyperCommand):
    """One command."""


class _Group(_Page, TyperGroup):
    """A command with commands below it."""


class Commands(typer.Typer):
    """A group of commands whose help is Japanese; it is made and filled as any Typer."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            cls=_Group, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None, **options
        )

    def command(self, name: str | None = None, **options: Any) -> Callable[[F], F]:
        """As in Typer."""
        return super().command(name, **{"cls": _Command} | options)


def run(app: typer.Typer) -> int:
    """Run the program on its command line; the exit status. A line that cannot be followed is refused in a sentence."""
    try:
        return app(standalone_mode=False) or 0
    except Refusal as refusal:  # of an option's value, before any command began
        tell(str(refusal))
        return REFUSED
    except typer.TyperException as trouble:
        tell(sentence_on(trouble))
        return REFUSED
    except typer.Abort:
        return FAILED


def sentence_on(trouble: typer.TyperException) -> str:
    """What is wrong with the command line, and whose help to read; a command without its own command shows its help."""
    context: Any = getattr(trouble, "ctx", None)
    if type(trouble).__name__ == "NoArgsIsHelpError":
        return str(context.get_help())
    path = context.command_path if context else PROGRAM
    return f"{_what(trouble, context)}「{path} --help」で使い方を確かめてください。"


def _what(trouble: Any, context: Any) -> str:
    match type(trouble).__name__:
        case "NoSuchOption":
            guess = "".join(f"「{option}」ではありませんか。" for option in (trouble.possibilities or ())[:1])
            return f"オプション「{trouble.option_name}」はありません。{guess}"
        case "BadOptionUsage" if "does not take" in trouble.message:
            return f"オプション「{trouble.option_name}」に値は付けられません。"
        case "BadOptionUsage":
            return f"オプション「{trouble.option_name}」の後に値を書いてください。"
        case "MissingParameter":
            return f"{_label(trouble.param)}（{trouble.param.help}）を書いてください。"
        case "BadParameter":
            return f"{_label(trouble.param)}の{_reason(trouble)}"
    if match := re.match(r"No such command (['\"])(?P<name>.*)\1\.", trouble.message):
        known = "、".join(context.command.commands)
        return f"コマンド「{match['name']}」はありません。次のどれかを指定してください: {known}。"
    if match := re.match(r"Got unexpected extra argument\(?s?\)? \((?P<words>.*)\)$", trouble.message):
        return f"余分な引数「{match['words']}」があります。"
    return "コマンドの書き方が正しくありません。"


def _reason(trouble: Any) -> str:
    if isinstance(trouble.__cause__, ValidationError):
        return reason_of(trouble.__cause__.errors()[0])
    return "値は使えません。"


def _label(param: Any) -> str:
    return f"引数 {_metavar(param)}" if param.param_type_name == "argument" else f"オプション「{param.opts[0]}」"


def _named(param: Any) -> str:
    return f"{_metavar(param)}{'…' if param.nargs != 1 else ''}"


def _metavar(param: Any) -> str:
    return str(param.metavar or param.name.upper())
