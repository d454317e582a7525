"""The records over the API in open formats: the same as the command writes, for those who see the whole office."""

import json
import tempfile
from pathlib import Path

import pytest

from tests.api.situations import READ, a_token, departments_program, divisions_program, problem, program
from tests.exports.situations import unpacked
from tests.exports.test_oscal import validator
from tests.web.situations import CARE, TODAY, a_letter, a_page_of, a_task, an_office, given
from tracker.domain.tokens import TokenRole
from tracker.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = an_office(tmp_path)
    given(office, a_task(), a_task("2", department_code=CARE, title="=1+1 *強調*"))
    return office


def test_the_plan_of_action_is_valid_and_has_a_name(office: Office) -> None:
    answer = divisions_program(office).get("/exports/poam.json")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert f"poam-{TODAY}.json" in answer.headers["content-disposition"]
    assert list(validator().iter_errors(answer.json())) == []
    keys = {
        one["value"]
        for risk in answer.json()["plan-of-action-and-milestones"]["risks"]
        for task in risk["remediations"]
        for one in task["props"]
        if one["name"] == "task-key"
    }
    assert keys == {"finding:R5-1/1", "finding:R5-1/2"}


def test_everything_comes_as_one_file_without_a_secret(office: Office) -> None:
    secret = a_page_of(office, CARE).rpartition("/")[2]
    with office.store.transaction() as records:
        records.outbox.queue(a_letter(body_text=f"https://zesei.example/departments/{secret}", url=f"/{secret}"))
    client = program(office, a_token(office, TokenRole.AUDITOR, READ))

    answer = client.get("/exports/csv", params={"encoding": "cp932", "on": str(TODAY)})

    assert answer.headers["content-type"] == "application/zip"
    files = unpacked(answer.content)
    assert "=1+1 *強調*" in files["対応.csv"].decode("cp932")
    assert "'=1+1" in files["対応.csv"].decode("cp932")
    assert json.loads(files["manifest.json"])["as_of"] == str(TODAY)
    assert not any(secret.encode() in content for content in files.values())


def test_a_department_gets_neither(office: Office) -> None:
    client = departments_program(office)

    for path in ("/exports/poam.json", "/exports/csv"):
        assert problem(client.get(path))["status"] == 403


@pytest.mark.parametrize("path", ["/exports/poam.json", "/exports/csv"])
@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"on": "2020-01-01"}, "最初の記録は"), ({"on": "2024-03-19"}, "今日より後の日です"),
        ({"on": "R6.3.18"}, "2024-03-22 のように"), ({"encoding": "latin-1"}, ""), ({"format": "xml"}, ""),
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_refused_with_the_field_to_mend(
    office: Office, path: str, asked: dict[str, str], sentence: str
) -> None:
    refused = problem(divisions_program(office).get(path, params=asked))

    assert refused["status"] == 422
    assert [one["field"] for one in refused["errors"]] == list(asked)
    assert sentence in refused["errors"][0]["detail"]


def test_nothing_is_left_of_the_file_once_it_was_sent_or_refused(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    client = divisions_program(office)

    for asked in ({}, {"on": "2020-01-01"}):
        client.get("/exports/csv", params=asked)
        client.get("/exports/poam.json", params=asked)

    assert list(folder.iterdir()) == []
