"""zesei user: who may sign in; adding somebody, a new password, shutting an account and opening it again."""

import getpass
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.departments import department_of
from tracker.cli.frame import AsJson, options_of, print_json, refusals_as_sentences, tell
from tracker.cli.usage import Commands
from tracker.domain.accounts import ROLE_WORDS, Account, Role, account_name
from tracker.domain.errors import CommandRefused
from tracker.office import Office

if TYPE_CHECKING:
    from tracker.storage.accounts import KnownAccount

BY_COMMAND = "コマンド"
NO_TERMINAL = "パスワードを端末から読めません。--password-stdin を付けて、標準入力から1行で渡してください。"
TO_BE_CHANGED = "はじめてログインしたときに、本人がパスワードを変えます。"

users_app = Commands(no_args_is_help=True, help="利用者")
Name = Annotated[str, typer.Argument(metavar="NAME", help="利用者名（ログインに使う）")]
FromInput = Annotated[bool, typer.Option("--password-stdin", help="パスワードを標準入力の1行目から読む")]
ROLES = "、".join(f"{role}（{word}）" for role, word in ROLE_WORDS.items())


def read_role(text: str) -> Role:
    """A role on the command line."""
    if text not in set(Role):
        raise CommandRefused(f"役割「{text}」はありません。次のどれかを指定してください: {ROLES}。")
    return Role(text)


RoleOption = Annotated[Role, typer.Option("--role", parser=read_role, metavar="ROLE", help=ROLES)]


@users_app.command("add")
@refusals_as_sentences
def add(
    context: typer.Context,
    name: Name,
    role: RoleOption,
    department: Annotated[
        str, typer.Option("--department", metavar="CODE", help="所属コード（所管課の課長と職員だけ）")
    ] = "",
    display_name: Annotated[str, typer.Option("--display-name", metavar="NAME", help="氏名")] = "",
    password_stdin: FromInput = False,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="パスワードを設けない（ほかの認証でログインする利用者）")
    ] = False,
) -> None:
    """利用者を登録する。"""
    from tracker.accounts import add_account

    office = options_of(context).open()
    with office.store.reading() as records:
        is_first = records.accounts.is_empty()
        code = department_of(office, records, department).code if department else None
    account = Account(account_name(name), display_name.strip() or name, role, code)
    password = "" if no_password else _password(password_stdin)
    length = office.settings.accounts.password_length
    if not (password or no_password):
        raise CommandRefused("パスワードが空です。")
    add_account(office.store, account, password, office.occasion(BY_COMMAND), length, must_change=not is_first)
    print(f"利用者「{account.name}」（{ROLE_WORDS[role]}）を登録しました。")
    if password and not is_first:
        tell(TO_BE_CHANGED)


@users_app.command("list")
@refusals_as_sentences
def list_users(context: typer.Context, as_json: AsJson = False) -> None:
    """誰がログインできるかを示す。"""
    office = options_of(context).open()
    with office.store.reading() as records:
        known = records.accounts.all()
    if as_json:
        print_json([_as_json(one) for one in known])
        return
    for one in known:
        print(_line(office, one))
    if not known:
        print("利用者は登録されていません。zesei user add で登録してください。")


@users_app.command("passwd")
@refusals_as_sentences
def passwd(context: typer.Context, name: Name, password_stdin: FromInput = False) -> None:
    """利用者に仮のパスワードを設ける（ログイン中の画面は閉じる）。"""
    from tracker.accounts import set_password

    office = options_of(context).open()
    length = office.settings.accounts.password_length
    set_password(office.store, account_name(name), _password(password_stdin), office.occasion(BY_COMMAND), length)
    print(f"「{account_name(name)}」のパスワードを変えました。")
    tell(TO_BE_CHANGED)


@users_app.command("disable")
@refusals_as_sentences
def disable_user(context: typer.Context, name: Name) -> None:
    """利用を止める（ログイン中の画面もすぐに使えなくなる）。"""
    from tracker.accounts import disable

    office = options_of(context).open()
    with office.store.transaction() as records:
        disable(records, account_name(name), office.occasion(BY_COMMAND))
    print(f"「{account_name(name)}」の利用を止めました。")


@users_app.command("enable")
@refusals_as_sentences
def enable_user(context: typer.Context, name: Name) -> None:
    """利用を再開する。"""
    from tracker.accounts import enable

    office = options_of(context).open()
    with office.store.transaction() as records:
        enable(records, account_name(name), office.occasion(BY_COMMAND))
    print(f"「{account_name(name)}」の利用を再開しました。")


def mount(app: typer.Typer) -> None:
    """Put these commands into the program."""
    app.add_typer(users_app, name="user")


def _password(from_input: bool) -> str:
    """A password without its line end, typed twice where somebody types it."""
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise CommandRefused(NO_TERMINAL)
    first = getpass.getpass("パスワード: ")
    if getpass.getpass("もう一度: ") != first:
        raise CommandRefused("二つのパスワードが違います。何も変えていません。")
    return first


def _line(office: Office, known: "KnownAccount") -> str:
    account = known.account
    place = f"　{account.department_code}" if account.department_code else ""
    state = "" if known.disabled_at is None else "　（利用停止中）"
    return f"{account.name}　{account.display_name}　{ROLE_WORDS[account.role]}{place}{state}"


def _as_json(known: "KnownAccount") -> dict[str, Any]:
    account = known.account
    return {
        "name": account.name, "display_name": account.display_name, "role": account.role,
        "department": account.department_code, "has_password": bool(known.password_hash),
        "must_change_password": known.must_change_password, "made_at": known.made_at,
        "disabled_at": known.disabled_at, "signed_in_at": known.signed_in_at,
    }  # fmt: skip
