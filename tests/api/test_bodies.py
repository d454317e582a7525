"""Bodies that no honest program sends, and those too large to be taken."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.situations import a_token, divisions_program, problem, program
from tests.web.situations import a_task, an_office, given, known
from tracker.office import Office

JSON = {"content-type": "application/json"}
TASK = a_task()
PATH = f"/tasks/{TASK.key}/completion"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = an_office(tmp_path)
    given(office, TASK)
    return office


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"version": NaN, "note": "x"}', 400),
        (b'{"version": 1, "note": Infinity}', 400),
        (b'{"version": 1, "note": "x", "note": "y"}', 400),
        (b'{"version": 1, "note": {"a": 1, "a": 2}}', 400),
        (b"[" * 200_000, 400),
        (b'{"a":' * 100_000, 400),
        (b'{"version": ' + b"1" * 5_000 + b', "note": "x"}', 400),
        (b"\xff\xfe{}", 400),
        (b"{'version': 1}", 400),
        ('{"version": 1, "note": "済み"}'.encode("cp932"), 400),
        ('{"version": 1, "note": "済み"}'.encode("utf-16"), 400),
        (b'{"version": 1, "note": "x"', 400),
        (b"", 422),
        (b"null", 422),
        (b"[]", 422),
        (b"0", 422),
        (b'"x"', 422),
        (b'{"version": 1e400, "note": "x"}', 422),
        (b'{"version": 1.5, "note": "x"}', 422),
        (b'{"version": 1, "note": ["x"]}', 422),
        (b'{"version": 1, "note": "\\ud800"}', 422),  # half a character is none: nothing is left of it
        (b'{"version": 1, "note": "x", "\\ud800": 1}', 422),
        (b'{"version": "\\ud800", "note": "x"}', 422),
        (b'{"version": 1, "note": "\\u0000"}', 422),
    ],
)
def test_a_body_that_means_nothing_or_two_things_is_refused_and_changes_nothing(
    office: Office, body: bytes, status: int
) -> None:
    told = problem(divisions_program(office).post(PATH, content=body, headers=JSON))

    assert told["status"] == status
    assert known(office, TASK) == TASK


def test_a_byte_order_mark_before_the_json_is_no_harm(office: Office) -> None:
    body = b"\xef\xbb\xbf" + '{"version": 1, "note": "済み"}'.encode()

    assert divisions_program(office).post(PATH, content=body, headers=JSON).status_code == 200


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json"]
)
def test_what_does_not_say_that_it_is_json_is_refused(office: Office, kind: str) -> None:
    headers = {"content-type": kind} if kind else {}

    told = problem(divisions_program(office).post(PATH, content=b'{"version": 1, "note": "x"}', headers=headers))

    assert told["status"] == 415
    assert "application/json" in told["detail"]


def test_a_body_is_not_looked_at_before_the_token(office: Office) -> None:
    for body in (b"[" * 200_000, b"\xff", b"x" * (2 << 20)):
        assert program(office).post(PATH, content=body, headers=JSON).status_code == 401


def test_a_body_that_is_too_large_is_refused_announced_or_not(office: Office) -> None:
    client, size = divisions_program(office), (1 << 20) + 1

    def in_parts() -> Iterator[bytes]:
        yield from (b"x" * 65_536 for _ in range(size // 65_536 + 1))

    for body in (b"x" * size, in_parts()):
        told = problem(client.post(PATH, content=body, headers=JSON))
        assert (told["status"], told["detail"]) == (413, "送られた内容が大きすぎます。何も変えていません。")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/tasks?limit=0", "limit"), ("/tasks?limit=201", "limit"), ("/tasks?limit=1_0", "limit"), ("/tasks?limit=+5", "limit"),
        ("/tasks?limit=１", "limit"), ("/tasks?limit=1e2", "limit"), ("/tasks?standing=late", "standing"),
        ("/tasks?deadline_from=R6.4.1", "deadline_from"), ("/tasks?deadline_until=2024-02-30", "deadline_until"),
        ("/tasks?stand=overdue", "stand"), ("/tasks?cursor=x", "cursor"), ("/tasks?cursor=WzFd", "cursor"),
        ("/tasks?cursor=WyIyMDI0LTAxLTAxIiwgMV0", "cursor"), ("/events?cursor=WyJ4Il0", "cursor"),
        ("/events?after=2147483648", "after"), ("/events?cursor=WzIxNDc0ODM2NDhd", "cursor"),
        ("/events?cursor=W3RydWVd", "cursor"), ("/events?cursor=WzFlNDAwXQ", "cursor"), ("/events?kind=Nothing", "kind"),
        ("/flags?cursor=%00", "cursor"), ("/registers/組織/rows?cursor=WyIwIiwiMSJd", "cursor"),
        ("/registers/組織/rows?as_of=0000-01-01", "as_of"), ("/submissions?waiting=1", "waiting"),
        ("/tasks?q=" + "語" * 101, "q"), ("/tasks?cursor=" + "A" * 3000, "cursor"),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_understood_is_refused_by_the_name_of_its_field(
    office: Office, path: str, field: str
) -> None:
    told = problem(divisions_program(office).get(path))

    assert (told["status"], [one["field"] for one in told["errors"]]) == (422, [field])


def test_no_refusal_is_in_english(office: Office) -> None:
    client = divisions_program(office)
    answers = [
        client.get("/nothing"), client.delete(PATH), client.get("/tasks/x"), program(office).get("/tasks"),
        program(office, a_token(office, name="x")).post("/tasks/x/submissions"), client.get("/tasks?limit=x&x=1&origin=y"),
        client.post(PATH, content=b"{", headers=JSON), client.post(PATH, json={"version": "x", "a": 1}), client.post(PATH),
    ]  # fmt: skip

    for answer in answers:
        told = problem(answer)
        for sentence in (told["title"], told["detail"], *(one["detail"] for one in told["errors"])):
            assert sentence.endswith(("。", "せん", "ます")), sentence
            assert not any(word in sentence for word in ("Field", "should", "valid", "Input", "must")), sentence


def test_a_method_that_is_not_for_an_address_is_told_those_that_are(office: Office) -> None:
    client = divisions_program(office)

    for method, path, allowed in (
        ("DELETE", "/tasks", "GET"), ("PUT", PATH, "GET, POST"), ("PATCH", f"/tasks/{TASK.key}", "GET"),
        ("POST", "/openapi.json", "GET, HEAD"),
    ):  # fmt: skip
        refused = client.request(method, path)
        assert problem(refused)["status"] == 405
        assert refused.headers["allow"] == allowed


def test_trouble_inside_is_told_without_a_trace(office: Office) -> None:
    token = a_token(office)
    with office.store.transaction() as records:
        records.connection.exec_driver_sql("ALTER TABLE task RENAME TO lost")

    told = problem(program(office, token, raise_server_exceptions=False).get("/tasks"))

    assert told["status"] == 500
    assert "Traceback" not in str(told)
    assert "task" not in str(told)


@pytest.mark.parametrize("path", ["/api/v2/tasks", "/api/", "/api/v1", "/api/v1/", "/api/v1/tasks/", "/api/v1/x%0Ay"])
def test_an_address_under_api_that_is_nothing_gets_a_problem_and_no_page(office: Office, path: str) -> None:
    client = program(office, a_token(office))
    client.base_url = "http://testserver"

    assert problem(client.get(path))["status"] == 404
