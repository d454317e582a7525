"""A native library's panic during a request: an ordinary error page or problem, and the next request is answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from tests.api.situations import a_token, problem, program
from tests.web.situations import an_office, division
from tracker.office import Office


class Panic(BaseException):
    """As the bindings of native libraries throw: no Exception."""


@contextmanager
def panicking(office: Office, statement: str) -> Iterator[None]:
    """For the length of a `with`, whatever asks the database so meets a panic."""

    def meet(_connection: Any, _cursor: Any, asked: str, *_more: Any) -> None:
        if statement in asked:
            raise Panic("index out of bounds")

    event.listen(office.store.engine, "before_cursor_execute", meet)
    try:
        yield
    finally:
        event.remove(office.store.engine, "before_cursor_execute", meet)


def test_a_panic_behind_a_page_gets_our_own_page_and_the_next_request_is_answered(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    office = an_office(tmp_path)
    client = division(office, raise_server_exceptions=False)

    with panicking(office, "FROM task"):
        answer = client.get("/tasks")

    assert answer.status_code == 500
    assert "表示できませんでした" in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "index out of bounds" in caplog.text
    assert client.get("/tasks").status_code == 200


def test_a_panic_behind_a_form_leaves_nothing_half_done(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    client = division(office, raise_server_exceptions=False)
    form = {"as_of": "2024-03-18"}

    with panicking(office, "INSERT INTO upload"):
        answer = client.post("/imports", data=form, files=[("files", ("組織.csv", b"a"))])

    assert answer.status_code == 500
    with office.store.reading() as records:
        assert records.uploads.newest(9) == []
    assert client.post("/imports", data=form, files=[("files", ("組織.csv", b"a"))]).status_code == 303


def test_a_panic_behind_the_api_is_a_problem(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    client = program(office, a_token(office), raise_server_exceptions=False)

    with panicking(office, "FROM task"):
        told = problem(client.get("/tasks"))

    assert told["status"] == 500
    assert "bounds" not in str(told)
    assert client.get("/tasks").status_code == 200
