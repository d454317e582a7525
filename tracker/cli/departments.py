"""zesei departments: who has a page of its own by a secret address; giving one, taking it back."""

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from tracker.cli.frame import AsJson, options_of, print_json, refusals_as_sentences, tell
from tracker.cli.usage import Commands
from tracker.domain.dates import wareki
from tracker.domain.departments import Department, department_named
from tracker.domain.errors import CommandRefused
from tracker.domain.events import Event, Happened
from tracker.office import Office
from tracker.storage.store import Records

if TYPE_CHECKING:
    from tracker.storage.department_keys import DepartmentKey

BY_COMMAND = "コマンド"
SECRET = "このアドレスを知る人は、その課の対応を見て報告できます。課の外に知らせないでください。"
GONE = "（台帳にない所属）"
NOT_SHOWN = "（渡したアドレスは開けますが、示せません。お知らせにも載せるには、give で渡し直してください）"
NO_ADDRESS = "設定 web.address がないので、アドレスの初めの部分（http://…）は示せません。"

departments_app = Commands(no_args_is_help=True, help="所管課だけのページのアドレス")
Code = Annotated[str, typer.Argument(metavar="CODE", help="所属コード（課の名前でもよい）")]


@departments_app.command("list")
@refusals_as_sentences
def list_departments(context: typer.Context, as_json: AsJson = False) -> None:
    """どの課がページのアドレスを持っているかを示す。"""
    office = options_of(context).open()
    with office.store.reading() as records:
        departments, keys = records.departments(office.clock.today()), records.department_keys.valid()
    known = {department.code for department in departments}
    departments += [Department(code, "", GONE) for code in sorted(keys.keys() - known)]
    if as_json:
        print_json([_as_json(office, department, keys.get(department.code)) for department in departments])
        return
    for department in departments:
        print(_line(office, department, keys.get(department.code)))
    if not departments:
        print("台帳「組織」に課がありません。")


@departments_app.command("give")
@refusals_as_sentences
def give(context: typer.Context, code: Code, as_json: AsJson = False) -> None:
    """課に新しいアドレスを渡す（前のアドレスは開けなくなる）。"""
    office = options_of(context).open()
    from tracker.secrets.department_pages import give_page

    occasion = office.occasion(BY_COMMAND)
    with office.store.transaction() as records:
        department = department_of(office, records, code)
        had_one = department.code in records.department_keys.valid()
        give_page(records, office.data_dir, department.code, occasion.at)
        key = records.department_keys.valid()[department.code]
        records.events.append([Event(Happened.ADDRESS_GIVEN, f"department:{department.code}", occasion)])
    if as_json:
        print_json(_as_json(office, department, key))
        return
    print(_url(office, key))
    if had_one:
        tell("前のアドレスは、もう開けません。")
    tell(SECRET if office.settings.web.address else f"{NO_ADDRESS}{SECRET}")


@departments_app.command("revoke")
@refusals_as_sentences
def revoke(context: typer.Context, code: Code, as_json: AsJson = False) -> None:
    """課のアドレスを取り消す。"""
    office = options_of(context).open()
    occasion = office.occasion(BY_COMMAND)
    with office.store.transaction() as records:
        has_page = code in records.department_keys.valid()  # also of a department that is no more
        department = Department(code, "", GONE) if has_page else department_of(office, records, code)
        if not records.department_keys.revoke(department.code, occasion.at):
            raise CommandRefused(f"{department.full_name}は、アドレスを持っていません。")
        records.events.append([Event(Happened.ADDRESS_REVOKED, f"department:{department.code}", occasion)])
    if as_json:
        print_json(_as_json(office, department, None))
    else:
        print(f"「{code}」のアドレスを取り消しました。")


def mount(app: typer.Typer) -> None:
    """Put these commands into the program."""
    app.add_typer(departments_app, name="departments")


def department_of(office: Office, records: Records, code: str) -> Department:
    found = department_named(code, records.departments(office.clock.today()))
    if found is None:
        raise CommandRefused(
            f"「{code}」という課は、今日の台帳「組織」にないか、二つ以上あります。所属コードで指定してください。"
        )
    return found


def _line(office: Office, department: Department, key: "DepartmentKey | None") -> str:
    name = f"{department.code}　{department.full_name}"
    if key is None:
        return f"{name}　（アドレスなし）"
    return f"{name}　{_url(office, key) or NOT_SHOWN}（{wareki(office.clock.day_of(key.made_at))}から）"


def _url(office: Office, key: "DepartmentKey") -> str | None:
    from tracker.secrets.department_pages import page_secret

    secret = page_secret(office.data_dir, key)
    return secret and f"{(office.settings.web.address or '').rstrip('/')}/departments/{quote(secret)}"


def _as_json(office: Office, department: Department, key: "DepartmentKey | None") -> dict[str, Any]:
    return {
        "department": department.code, "name": department.full_name, "url": _url(office, key) if key else None,
        "made_at": key.made_at if key else None,
    }  # fmt: skip
