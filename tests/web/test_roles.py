"""The walk: every route of the application, asked by every role and by nobody; one without a rule fails it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from httpx2 import Response
from starlette.routing import BaseRoute, Mount, Route

from tests.builders import everything_in
from tests.web.situations import (
    CARE,
    DISABILITY,
    Browser,
    a_task,
    administrator,
    an_office,
    answered,
    auditor,
    chief,
    division,
    given,
    member,
    words_of,
)
from tracker.domain.accounts import Role
from tracker.domain.submissions import SubmissionKind
from tracker.office import Office
from tracker.web.app import NOUNS, OUTSIDE_NOUNS, create_app
from tracker.web.routes import ANYONE, READERS, SIGNED_IN, Routes, Who
from tracker.web.visit import NOT_FOR_YOU

Rules = dict[tuple[str, str], Who]
WITHOUT_RULE = {"/static", "/api"}  # styles and pictures of the pages; programs have tokens, and a walk of their own
KNOWN = {"key": "finding:R5-1/1", "name": "nobody", "stem": "組織"}


def rules_of(app: FastAPI) -> Rules:
    """Who may call each route and method, asked of the routes that the application really has."""
    declared = {key: who for noun in (*NOUNS, *OUTSIDE_NOUNS) for key, who in noun.routes.rules.items()}
    found: Rules = {}
    for route in every_route(app.routes):
        if isinstance(route, Mount):
            assert route.path in WITHOUT_RULE, f"{route.path} is mounted without a rule"
            continue
        assert isinstance(route, APIRoute), f"{route} has no rule"
        for method in route.methods:
            assert (method, route.path) in declared, f"{method} {route.path} has no rule"
            found[method, route.path] = declared[method, route.path]
    return found


def every_route(routes: list[BaseRoute]) -> Iterator[BaseRoute]:
    """Routes, also those inside of an included router that the application keeps as one."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is None:
            yield route
        else:
            yield from every_route(inner.routes)


def filled(path: str) -> str:
    """An address of a route."""
    return re.sub(r"\{(\w+)[^}]*\}", lambda part: KNOWN.get(part[1], "1"), path)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = an_office(tmp_path)
    answered(office, given(office, a_task()), SubmissionKind.DONE, "証跡.pdf")
    return office


ROLES = {
    Role.DIVISION: division, Role.CHIEF: chief, Role.MEMBER: member, Role.AUDITOR: auditor,
    Role.ADMINISTRATOR: administrator,
}  # fmt: skip


@pytest.mark.parametrize("role", Role)
def test_every_route_lets_in_whom_its_rule_names_and_nobody_else(office: Office, role: Role) -> None:
    client = ROLES[role](office)
    rules = rules_of(create_app(office))
    assert len(rules) > 60

    for (method, path), who in rules.items():
        if path == "/sign-out" or who is ANYONE:
            continue
        answer = ask(client, method, path)
        if role in who:
            assert answer.status_code not in (401, 403, 405, 500), (method, path, answer.status_code)
            assert "/sign-in" not in answer.headers.get("location", ""), (method, path)
        else:
            assert answer.status_code == 403, (method, path, answer.status_code)
            assert method == "HEAD" or NOT_FOR_YOU in words_of(answer.text)
            assert method == "HEAD" or 'href="/"' in answer.text


def test_nobody_is_sent_to_sign_in_from_pages_and_gets_a_page_to_sign_in_for_forms(office: Office) -> None:
    administrator(office)
    client = Browser(office)
    before = everything_in(office)

    for (method, path), who in rules_of(create_app(office)).items():
        answer = ask(client, method, path)
        if who is ANYONE:
            assert answer.status_code not in (401, 303, 500), (method, path, answer.status_code)
        elif method in ("GET", "HEAD"):
            assert answer.status_code == 303, (method, path)
            assert answer.headers["location"].startswith("/sign-in?next=%2F"), (method, path)
        else:
            assert answer.status_code == 401, (method, path)
            assert 'name="password"' in answer.text
    assert everything_in(office) == before


def test_only_these_pages_are_open_to_anyone(office: Office) -> None:
    """The promise in words, so that a rule loosened by mistake is seen here."""
    rules = rules_of(create_app(office))

    assert {path for (_, path), who in rules.items() if not who} == {
        "/sign-in", "/sign-in/oidc", "/sign-in/oidc/return", "/setup/{code}", "/submissions/{token}", "/departments/{secret}",
        "/departments/{secret}/letters/{number}", "/departments/{secret}/calendar.ics",
        "/departments/{secret}/期限一覧.xlsx",
    }  # fmt: skip
    assert {path for (_, path), who in rules.items() if who and Role.MEMBER in who} == {
        "/", "/tasks", "/tasks/{key:path}", "/starts", "/comments", "/submissions", "/attachments",
        "/attachments/{number}", "/attachments/{number}/view", "/attachments/{number}/removal", "/calendar", "/timeline",
        "/search", "/password", "/sessions", "/session-ends", "/sign-out",
    }  # fmt: skip


def test_what_an_auditor_may_send_changes_nothing_but_their_own_password_and_sessions(office: Office) -> None:
    rules = rules_of(create_app(office))

    sent = {path for (method, path), who in rules.items() if method == "POST" and Role.AUDITOR in who}
    assert sent == {"/password", "/session-ends", "/sign-out"}


def test_another_departments_things_answer_with_the_very_sentence_of_what_is_not_there(office: Office) -> None:
    own, other = member(office, DISABILITY), chief(office, CARE)

    for place, name, missing in (("/tasks/", "finding:R5-1/1", "finding:R5-1/9"), ("/attachments/", "1", "9")):
        there, nowhere = other.get(f"{place}{name}"), other.get(f"{place}{missing}")
        assert (there.status_code, nowhere.status_code) == (404, 404)
        assert there.text.replace(f"「{name}」", "?") == nowhere.text.replace(f"「{missing}」", "?")
        assert own.get(f"{place}{name}").text != own.get(f"{place}{missing}").text.replace(
            f"「{missing}」", f"「{name}」"
        )
    assert "台帳に書く" not in other.get("/tasks?department=0303&standing=all").text
    assert "台帳に書く" in own.get("/tasks?department=0305&standing=all").text


def test_a_route_without_a_rule_and_a_thing_mounted_beside_them_fail_the_walk(office: Office) -> None:
    forgotten, mounted, plain = create_app(office), create_app(office), create_app(office)

    @forgotten.get("/forgotten")
    def forget() -> str:
        return ""

    mounted.mount("/other", FastAPI(openapi_url=None, docs_url=None, redoc_url=None))
    plain.router.routes.append(Route("/plain", lambda request: Response(200)))

    for app, path in ((forgotten, "/forgotten"), (mounted, "/other"), (plain, "/plain")):
        with pytest.raises(AssertionError, match=path):
            rules_of(app)


def test_a_router_that_says_nothing_of_who_may_call_it_cannot_be_written() -> None:
    with pytest.raises(TypeError, match="who"):
        Routes().page("/x")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="who"):
        Routes().form("/x")  # type: ignore[call-arg]


def test_a_form_that_goes_without_its_token_is_refused_whatever_route_it_is_sent_to(office: Office) -> None:
    for role, browser in ROLES.items():
        client = browser(office)
        for (method, path), who in rules_of(create_app(office)).items():
            if method == "POST" and role in who:
                answer = client.request(method, filled(path), data={"x": "y"})
                assert answer.status_code == 403, path
                assert "何も変わっていません" in answer.text


def test_the_readers_are_everybody_but_who_looks_after_the_program() -> None:
    assert {Role.ADMINISTRATOR} == SIGNED_IN - READERS


def ask(client: Browser, method: str, path: str) -> Response:
    """One request as a browser sends it from our pages."""
    if method == "POST":
        return client.post(filled(path), data={"task": "finding:R5-1/1", "version": "1"})
    return client.request(method, filled(path))


def test_a_departments_people_see_their_department_on_every_refusal_too(office: Office) -> None:
    for who in (member(office), chief(office)):
        for page, status in (("/", 200), ("/nothing", 404), ("/tasks/x", 404), ("/accounts", 403)):
            answer = who.get(page)
            assert answer.status_code == status
            header = answer.text.partition("<header")[2].partition("</header>")[0]
            assert ">障害者福祉課</span>" in header, page
