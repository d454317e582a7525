"""Who comes in by which token, how far it reaches, and what is kept of it."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.api.situations import KINDS, READ, ROOT, WRITE, a_token, divisions_program, problem, program
from tests.builders import asked
from tests.web.situations import CARE, DISABILITY, NINE, TODAY, a_task, an_office, answered, given, kinds_of_events
from tracker.api.app import MOUNTED, guarded_routes
from tracker.clock import set_clock
from tracker.domain.flags import Flag
from tracker.domain.tokens import TokenRole, TokenScope
from tracker.office import Office, open_office
from tracker.web.app import create_app

DIVISION, AUDITOR, DEPARTMENT = TokenRole
EVERYBODY, WATCHERS = {DIVISION, AUDITOR, DEPARTMENT}, {DIVISION, AUDITOR}
# Whom each operation answers, written down a second time: a route that is not in here fails.
ANSWERED: dict[str, tuple[set[TokenRole], TokenScope]] = {
    "list_tasks": (EVERYBODY, READ), "show_task": (EVERYBODY, READ), "list_submissions": (EVERYBODY, READ),
    "list_flags": (EVERYBODY, READ), "list_departments": (EVERYBODY, READ), "list_findings": (WATCHERS, READ),
    "show_finding": (WATCHERS, READ), "list_checks": (WATCHERS, READ), "show_check": (WATCHERS, READ),
    "list_registers": (WATCHERS, READ), "list_rows": (WATCHERS, READ), "list_letters": (WATCHERS, READ),
    "list_events": (WATCHERS, READ), "list_reports": (WATCHERS, READ), "show_report": (WATCHERS, READ),
    "export_poam": (WATCHERS, READ), "export_csv": (WATCHERS, READ),
    "complete_task": ({DIVISION}, WRITE), "extend_task": ({DIVISION}, WRITE), "hand_over_task": ({DIVISION}, WRITE),
    "withdraw_task": ({DIVISION}, WRITE), "reopen_task": ({DIVISION}, WRITE), "import_register": ({DIVISION}, WRITE),
    "decide_on_submission": ({DIVISION}, WRITE), "answer_task": ({DEPARTMENT}, WRITE),
}  # fmt: skip
FREE = {"show_health"}
ROUTES = [(route, method) for route in guarded_routes() for method in sorted(route.methods or ())]
FIRST = a_task()
PLACES = {
    "key": FIRST.key, "number": "1", "stem": "組織", "finding_no": "R5-1", "name": "absent-accounts", "day": str(TODAY),
}  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = an_office(tmp_path)
    given(office, FIRST, a_task("2", department_code=CARE))
    return office


def test_every_route_answers_just_the_tokens_that_it_is_for(office: Office) -> None:
    tokens = {kind: a_token(office, *kind) for kind in KINDS}
    client = TestClient(create_app(office))

    assert {route.operation_id for route, _ in ROUTES} == ANSWERED.keys() | FREE
    for route, method in ROUTES:
        if route.operation_id in FREE:
            assert client.request(method, f"{MOUNTED}{route.path_format}").status_code == 200
            continue
        path = f"{MOUNTED}{route.path_format}".format(**PLACES)
        assert client.request(method, path).status_code == 401, path
        roles, scope = ANSWERED[route.operation_id or ""]
        for (role, own), token in tokens.items():
            status = client.request(method, path, headers={"authorization": f"Bearer {token}"}).status_code
            reaches = role in roles and (scope is READ or own is WRITE)
            assert (status not in (401, 403)) is reaches, (route.operation_id, role, own, status)
            assert reaches or status == 403


def test_of_a_token_only_its_hash_is_kept(office: Office) -> None:
    token = a_token(office)
    office.store.engine.dispose()

    kept = b"".join(path.read_bytes() for path in office.data_dir.rglob("*") if path.is_file())
    assert token.removeprefix("zesei_").encode() not in kept
    assert asked(office, "SELECT length(sha256) FROM api_token") == [(64,)]
    assert len(token) > 40
    assert token.startswith("zesei_")


def test_a_token_that_is_unknown_revoked_or_badly_written_opens_nothing(office: Office) -> None:
    token, headers = a_token(office, name="文書管理"), {}
    client = program(office)

    for authorization in ("", "Bearer", "Bearer ", f"Basic {token}", token, f"Bearer {token}x", "Bearer zesei_",
                          "Bearer 'OR 1=1--", "Bearer \x80\xff"):  # fmt: skip
        headers = {"authorization": authorization.encode("latin-1")}
        refused = client.get("/tasks", headers=headers)
        assert refused.status_code == 401, authorization
        assert refused.headers["www-authenticate"].startswith("Bearer")
        assert problem(refused)["title"] == "トークンが要ります"
    assert client.get("/tasks", headers={"authorization": f"bearer  {token}"}).status_code == 200

    with office.store.transaction() as records:
        records.tokens.revoke("文書管理", office.occasion("コマンド"))
    assert client.get("/tasks", headers={"authorization": f"Bearer {token}"}).status_code == 401
    assert kinds_of_events(office, "token:文書管理") == ["TokenRevoked", "TokenGiven"]


def test_a_token_revoked_between_two_pages_does_not_get_the_second(office: Office) -> None:
    client = program(office, a_token(office, name="文書管理"))
    first = client.get("/tasks", params={"limit": 1}).json()

    with office.store.transaction() as records:
        records.tokens.revoke("文書管理", office.occasion("コマンド"))

    assert len(first["items"]) == 1
    assert problem(client.get("/tasks", params={"limit": 1, "cursor": first["next"]}))["status"] == 401


@pytest.mark.parametrize(("until", "status"), [(TODAY, 200), (TODAY - timedelta(days=1), 401), (date(2030, 1, 1), 200)])
def test_a_token_opens_until_the_end_of_its_last_day(office: Office, until: date, status: int) -> None:
    assert program(office, a_token(office, until=until)).get("/tasks").status_code == status


def test_no_cookie_lets_anybody_in(office: Office) -> None:
    token = a_token(office)
    client = program(office)
    for name in ("session", "token", "authorization", "zesei"):
        client.cookies.set(name, token)

    assert client.get("/tasks").status_code == 401
    assert client.post(f"/tasks/{FIRST.key}/completion", json={"version": 1, "note": "済み"}).status_code == 401
    assert "set-cookie" not in client.get("/health").headers


def test_another_departments_task_is_answered_as_one_that_is_not_there(office: Office) -> None:
    client, others = program(office, a_token(office, DEPARTMENT)), "finding:R5-1/2"
    answer = {"version": 1, "kind": "done", "officer": "職員０１", "note": "済み"}

    for asked_for in (client.get, lambda path: client.post(f"{path}/submissions", json=answer)):
        refused, unknown = asked_for(f"/tasks/{others}"), asked_for("/tasks/finding:R5-1/9")
        assert (refused.status_code, unknown.status_code) == (404, 404)
        assert refused.text.replace(others, "finding:R5-1/9") == unknown.text
    assert kinds_of_events(office, f"task:{others}") == ["TaskOpened"]


def test_a_departments_lists_hold_its_own_alone_whatever_it_asks_for(office: Office) -> None:
    answered(office, FIRST)
    answered(office, a_task("2", department_code=CARE))
    with office.store.transaction() as records:
        records.flags.raise_all([
            Flag("absent-accounts", f"S/{code}", "S", code, "不在", None, TODAY, TODAY, f"flag:{code}")
            for code in (DISABILITY, CARE)
        ])  # fmt: skip
    client, divisions = program(office, a_token(office, DEPARTMENT)), program(office, a_token(office))

    for path in ("/tasks", "/flags", "/submissions"):
        assert {one["department"] for one in divisions.get(path).json()["items"]} == {DISABILITY, CARE}
        assert {one["department"] for one in client.get(path).json()["items"]} == {DISABILITY}
        assert client.get(path, params={"department": CARE}).json() == {"items": [], "next": None}
    assert client.get("/tasks", params={"department": "-"}).json()["items"] == []


def test_the_last_use_is_noted_at_most_once_a_minute(office: Office) -> None:
    token = a_token(office)

    def used_at(seconds: int) -> str:
        set_clock(office.data_dir, "Asia/Tokyo", NINE + timedelta(seconds=seconds), pace=0)
        program(open_office(None, office.data_dir), token).get("/departments")
        ((stored,),) = asked(office, "SELECT last_used_at FROM api_token")
        return str(stored)[:19]

    assert used_at(0) == "2024-03-18 00:00:00"
    assert used_at(59) == "2024-03-18 00:00:00"
    assert used_at(60) == "2024-03-18 00:01:00"


def test_a_refused_use_is_noted_too_and_an_unknown_token_leaves_nothing(office: Office) -> None:
    token = a_token(office, AUDITOR, READ)

    program(office, "zesei_unknown").get("/tasks")
    assert asked(office, "SELECT last_used_at FROM api_token") == [(None,)]

    program(office, token).post(f"/tasks/{FIRST.key}/completion", json={"version": 1, "note": "済み"})
    assert asked(office, "SELECT last_used_at FROM api_token") != [(None,)]


def test_the_trail_names_the_integration(office: Office) -> None:
    client = program(office, a_token(office, name="文書管理"))

    client.post(f"/tasks/{FIRST.key}/completion", json={"version": 1, "note": "済み"})

    with office.store.reading() as records:
        assert records.events.about(f"task:{FIRST.key}")[0].by == "連携「文書管理」"


def test_health_is_told_without_a_token_and_without_a_fact(office: Office) -> None:
    told = TestClient(create_app(office)).get(f"{ROOT}/health").json()

    assert told.keys() == {"ok", "version"}
    assert divisions_program(office).get("/health").json() == told
