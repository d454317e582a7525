"""zesei token: what other programs of the office send to the API; giving one, listing, taking it back."""

from datetime import date
from typing import Annotated, Any

import typer

from tracker.cli.departments import department_of
from tracker.cli.frame import AsJson, options_of, print_json, read_day, refusals_as_sentences, tell
from tracker.cli.usage import Commands
from tracker.domain.dates import wareki
from tracker.domain.errors import CommandRefused
from tracker.domain.tokens import Token, TokenRole, TokenScope, refuse_token
from tracker.office import Office

BY_COMMAND = "コマンド"
ONCE = "このトークンは二度と表示しません。連携するプログラムの設定に写し、ほかの人に知らせないでください。"
ROLES = {TokenRole.DIVISION: "情報管理課", TokenRole.AUDITOR: "監査", TokenRole.DEPARTMENT: "所管課"}
SCOPES = {TokenScope.READ: "読むだけ", TokenScope.WRITE: "読み書き"}

tokens_app = Commands(no_args_is_help=True, help="ほかのプログラムがAPIで使うトークン")


def read_role(text: str) -> TokenRole:
    """A role on the command line; CommandRefused with the choices otherwise."""
    if text not in set(TokenRole):
        raise CommandRefused(f"役割（--role）「{text}」はありません。{'、'.join(TokenRole)} のどれかにしてください。")
    return TokenRole(text)


def read_scope(text: str) -> TokenScope:
    """A scope on the command line; CommandRefused with the choices otherwise."""
    if text not in set(TokenScope):
        raise CommandRefused(f"--scope「{text}」はありません。{'、'.join(TokenScope)} のどちらかにしてください。")
    return TokenScope(text)


Name = Annotated[str, typer.Argument(metavar="NAME", help="連携の名前（例: 文書管理システム）")]
InRole = Annotated[
    TokenRole,
    typer.Option(
        "--role",
        parser=read_role,
        metavar="ROLE",
        help="役割: division（情報管理課）、auditor（監査）、department（所管課）",
    ),
]
WithScope = Annotated[
    TokenScope,
    typer.Option("--scope", parser=read_scope, metavar="SCOPE", help="できること: read（読むだけ）、write（読み書き）"),
]
OfDepartment = Annotated[
    str | None, typer.Option("--department", metavar="CODE", help="所管課の役割のときの所属コード")
]
Until = Annotated[
    date | None,
    typer.Option("--until", parser=read_day, metavar="DATE", help="使える最後の日（省略すると取り消すまで）"),
]


@tokens_app.command("add")
@refusals_as_sentences
def add(
    context: typer.Context,
    name: Name,
    role: InRole,
    scope: WithScope = TokenScope.READ,
    department: OfDepartment = None,
    until: Until = None,
    as_json: AsJson = False,
) -> None:
    """連携にトークンを渡す（表示は一度だけ）。"""
    office = options_of(context).open()
    occasion = office.occasion(BY_COMMAND)
    with office.store.transaction() as records:
        code = department_of(office, records, department).code if department else None
        token = Token(name, role, scope, occasion.at, code, until)
        refuse_token(token, occasion.on_day)
        secret = records.tokens.give(token, occasion)
    if as_json:
        print_json(_as_json(office, token) | {"token": secret})
        return
    print(secret)
    tell(ONCE)


@tokens_app.command("list")
@refusals_as_sentences
def list_tokens(context: typer.Context, as_json: AsJson = False) -> None:
    """渡したトークンを示す（トークンそのものは示さない）。"""
    office = options_of(context).open()
    with office.store.reading() as records:
        tokens = records.tokens.all()
    if as_json:
        print_json([_as_json(office, token) for token in tokens])
        return
    for token in tokens:
        print(_line(office, token))
    if not tokens:
        print("渡したトークンはありません。zesei token add で渡せます。")


@tokens_app.command("revoke")
@refusals_as_sentences
def revoke(context: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """連携のトークンを取り消す（すぐに使えなくなる）。"""
    office = options_of(context).open()
    with office.store.transaction() as records:
        token = records.tokens.revoke(name, office.occasion(BY_COMMAND))
    if as_json:
        print_json(_as_json(office, token))
    else:
        print(f"{token.by}のトークンを取り消しました。")


def mount(app: typer.Typer) -> None:
    """Put these commands into the program."""
    app.add_typer(tokens_app, name="token")


def _line(office: Office, token: Token) -> str:
    where = f"（{token.department_code}）" if token.department_code else ""
    used = (
        f"最後の使用 {wareki(office.clock.day_of(token.last_used_at))}" if token.last_used_at else "まだ使っていません"
    )
    parts = [token.name, f"{ROLES[token.role]}{where}", SCOPES[token.scope], _state(office, token), used]
    return "　".join(parts)


def _state(office: Office, token: Token) -> str:
    if token.revoked_at:
        return "取消し済み"
    if token.until is None:
        return "期限なし"
    return f"{wareki(token.until)}まで{'' if token.is_open(office.clock.today()) else '（期限切れ）'}"


def _as_json(office: Office, token: Token) -> dict[str, Any]:
    return {
        "name": token.name, "role": token.role, "scope": token.scope, "department": token.department_code,
        "given_at": token.given_at, "until": token.until, "revoked_at": token.revoked_at,
        "last_used_at": token.last_used_at, "is_open": token.is_open(office.clock.today()),
    }  # fmt: skip
