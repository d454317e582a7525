"""The plan of action in OSCAL: valid by NIST's own schema, whatever stands in the records, and the same each time."""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft7Validator, FormatChecker
from markdown_it import MarkdownIt

from tests.conftest import Command
from tests.databases import on_both_databases
from tests.exports.situations import (
    FILES,
    MARKUP,
    MON,
    TUE,
    WED,
    a_busy_office,
    with_documents,
)  # fmt: skip
from tests.jobs.situations import TOKYO, a_department, a_task, an_office, completed, given_tasks
from tests.jobs.situations import given as given_registers
from tracker.domain.errors import CommandRefused
from tracker.exports.oscal import compose_poam, poam_bytes
from tracker.exports.oscal.writing import NOT_WRITTEN, line, plain, prose, token
from tracker.office import Office

SCHEMAS = Path(__file__).parents[1] / "schemas" / "oscal"
WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


@cache
def validator() -> Draft7Validator:
    """The published schema; its patterns speak of Unicode's letters and numbers as ECMAScript does and Python does not."""
    schema = json.loads((SCHEMAS / "oscal_poam_schema.json").read_text(encoding="utf-8"), object_hook=_for_python)
    return Draft7Validator(schema, format_checker=FormatChecker())


def _for_python(part: dict[str, Any]) -> dict[str, Any]:
    if isinstance(part.get("pattern"), str):
        part["pattern"] = part["pattern"].replace(r"(\p{L}|_)", r"([^\W\d]|_)").replace(r"\p{L}|\p{N}", r"\w")
    return part


def plan_of(office: Office, day: date) -> Any:
    """The plan as a program reads it; it must be valid."""
    with office.store.reading() as records:
        document = compose_poam(records, day, office="見本市", zone=TOKYO)
    written = b"".join(poam_bytes(document))
    read = json.loads(written)
    assert read == document
    assert [f"{list(error.path)}: {error.message[:200]}" for error in validator().iter_errors(read)] == []
    return read["plan-of-action-and-milestones"]


def props(part: Any) -> dict[str, str]:
    return {one["name"]: one["value"] for one in part["props"]}


def test_the_schema_is_the_published_one_unchanged() -> None:
    manifest = json.loads((SCHEMAS / "manifest.json").read_text(encoding="utf-8"))
    content = (SCHEMAS / manifest["file"]).read_bytes()

    assert hashlib.sha256(content).hexdigest() == manifest["sha256"]
    assert json.loads(content)["$id"] == manifest["id"]
    assert manifest["version"] in manifest["id"]


@pytest.mark.parametrize("wrong", ["status", "uuid", "date"])
def test_the_schema_refuses_what_is_wrong(tmp_path: Path, wrong: str) -> None:
    plan = plan_of(a_busy_office(tmp_path), WED)
    risk = plan["risks"][0]
    if wrong == "status":
        del risk["status"]
    elif wrong == "uuid":
        risk["uuid"] = "1234"
    else:
        risk["deadline"] = "2024-02-30T00:00:00+09:00"

    assert list(validator().iter_errors({"plan-of-action-and-milestones": plan}))


def test_findings_tasks_flags_and_exceptions_stand_where_oscal_has_them(tmp_path: Path) -> None:
    office = a_busy_office(tmp_path)
    (digest,) = with_documents(office, "写し.pdf")
    completed(office, "finding:R5-1/1", WED)

    plan = plan_of(office, WED)

    (finding,) = plan["findings"]
    assert props(finding)["finding-no"] == "R5-1"
    assert finding["target"]["status"]["state"] == "not-satisfied"
    risk = next(one for one in plan["risks"] if one["uuid"] == finding["related-risks"][0]["risk-uuid"])
    assert risk["status"] == "remediating"
    assert risk["deadline"] == "2023-12-31T23:59:59+09:00"
    done, planned = sorted(risk["remediations"], key=lambda one: one["lifecycle"])
    assert (done["lifecycle"], planned["lifecycle"]) == ("completed", "planned")
    assert planned["tasks"][0]["timing"]["on-date"]["date"] == "2023-12-31T23:59:59+09:00"
    assert props(planned)["first-deadline"] == "2023-09-30"
    (move,) = risk["risk-log"]["entries"]
    assert "令和5年9月30日を令和5年12月31日に" in move["description"]
    assert move["related-responses"][0]["response-uuid"] == planned["uuid"]
    (resource,) = plan["back-matter"]["resources"]
    assert resource["rlinks"][0]["hashes"] == [{"algorithm": "SHA-256", "value": digest}]
    assert done["links"] == [{"href": f"#{resource['uuid']}", "rel": "evidence"}]
    party = planned["tasks"][0]["responsible-roles"][0]["party-uuids"][0]
    assert {one["uuid"]: one["name"] for one in plan["metadata"]["parties"]}[party] == "区民課"


def test_a_risk_is_to_be_met_by_the_last_deadline_of_what_is_still_open(tmp_path: Path) -> None:
    office = a_busy_office(tmp_path)
    completed(office, "finding:R5-1/2", WED)

    plan = plan_of(office, WED)

    uuid = plan["findings"][0]["related-risks"][0]["risk-uuid"]
    assert next(one for one in plan["risks"] if one["uuid"] == uuid)["deadline"] == "2023-07-11T23:59:59+09:00"
    completed(office, "finding:R5-1/1", WED)
    done = plan_of(office, WED)
    settled = next(one for one in done["risks"] if one["uuid"] == uuid)
    assert (settled["status"], done["findings"][0]["target"]["status"]["state"]) == ("closed", "satisfied")
    assert "deadline" not in settled


@on_both_databases
def test_an_exception_is_a_deviation_that_was_approved_until_its_day(tmp_path: Path) -> None:
    plan = plan_of(a_busy_office(tmp_path), WED)

    (accepted,) = [risk for risk in plan["risks"] if risk["status"] == "deviation-approved"]
    assert accepted["deadline"] == "2023-08-31T23:59:59+09:00"
    assert props(accepted) | {"check": FILES, "subject": "F1", "expires": "2023-08-31"} == props(accepted)
    seen = {props(one)["subject"]: one["uuid"] for one in plan["observations"]}
    assert seen.keys() == {"F1", "F2"}
    assert accepted["related-observations"] == [{"observation-uuid": seen["F1"]}]
    (item,) = [one for one in plan["poam-items"] if props(one).get("ref") == FILES]
    assert item["related-observations"] == [{"observation-uuid": seen["F2"]}]
    assert {"risk-uuid": accepted["uuid"]} in item["related-risks"]


def test_a_past_day_is_told_as_it_was(tmp_path: Path) -> None:
    office = a_busy_office(tmp_path)
    before = plan_of(office, MON)
    completed(office, "finding:R5-1/2", WED)

    assert plan_of(office, MON) == before
    finding_risk = before["findings"][0]["related-risks"][0]["risk-uuid"]
    risk = next(one for one in before["risks"] if one["uuid"] == finding_risk)
    assert "risk-log" not in risk
    assert risk["deadline"].startswith("2023-09-30")
    assert plan_of(office, TUE)["metadata"]["last-modified"].startswith("2023-07-11T")


def test_every_uuid_is_of_version_5_none_is_twice_and_every_reference_leads_somewhere(tmp_path: Path) -> None:
    office = a_busy_office(tmp_path)
    with_documents(office, "a.pdf", "b.pdf")
    plan = plan_of(office, WED)

    own = list(values_of(plan, "uuid"))
    assert len(own) == len(set(own)) > 20
    assert {UUID(one).version for one in own} == {5}
    for name in ("finding-uuid", "risk-uuid", "observation-uuid", "response-uuid"):
        assert set(values_of(plan, name)) <= set(own), name
    assert {one for many in values_of(plan, "party-uuids") for one in many} <= set(own)
    assert {one.removeprefix("#") for one in values_of(plan, "href") if one.startswith("#")} <= set(own)


def values_of(part: Any, name: str) -> Iterator[Any]:
    if isinstance(part, dict):
        yield from (value for key, value in part.items() if key == name)
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from values_of(one, name)


def test_the_command_writes_the_same_bytes_each_time_and_puts_nothing_over_what_is_there(
    tmp_path: Path, zesei: Command
) -> None:
    a_busy_office(tmp_path)
    config, output = tmp_path / "config.toml", tmp_path / "plan.json"

    zesei("export", "oscal", output, "--on", WED, config=config)
    first = output.read_bytes()
    refused = zesei("export", "oscal", output, "--on", MON, status=2, config=config)
    assert "もうあります" in refused.err
    assert output.read_bytes() == first
    zesei("export", "oscal", output, "--on", WED, "--overwrite", config=config)

    assert output.read_bytes() == first
    assert MARKUP not in first.decode()
    assert [path.name for path in tmp_path.iterdir() if ".part" in path.name] == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("plan.json", "--on", "2020-01-01"), "最初の記録は令和5年"),
        (("plan.json", "--on", "2099-01-01"), "今日より後の日です"),
        (("nowhere/plan.json", "--on", "2023-07-12"), "見つかりません"),
        (("/proc/plan.json", "--on", "2023-07-12"), "書き出せません"),
    ],
)
def test_what_cannot_be_made_is_refused_in_a_sentence(
    tmp_path: Path, zesei: Command, arguments: tuple[str, ...], sentence: str
) -> None:
    a_busy_office(tmp_path)

    refused = zesei("export", "oscal", *arguments, status=2, config=tmp_path / "config.toml")

    assert sentence in refused.err
    assert "Traceback" not in refused.err
    assert not list(tmp_path.glob("*.json"))


def test_an_office_without_anything_to_do_gets_a_sentence_and_no_file(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given_registers(office, MON, a_department())

    with office.store.reading() as records, pytest.raises(CommandRefused, match="文書を作れません"):
        compose_poam(records, MON, office="見本市", zone=TOKYO)


# ---- words


def shown(markdown: str) -> str:
    """What a reader of Markdown sees, and nothing but paragraphs."""
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown)
    assert set(re.findall(r"</?[a-z]\w*", html)) <= {"<p", "</p"}, html
    return unescape(re.sub(r"</?p>", "", html)).strip("\n")


@given(WORDS)
@example(MARKUP)
@example("- a\n+ b\n* c\n1. d\n2) e\n# f\n> g\n    h\n\ti\n===\n---\n| a | b |\n|---|---|\n~~x~~")
@example("a\\nb \\* &lt; &amp;nbsp; <http://x.example> ![x](y) [z]: q")
def test_markdown_finds_no_mark_in_our_words_and_loses_none_of_them(words: str) -> None:
    lines = [" ".join(part.split(" ")) for part in shown(prose(words)).split("\n")]

    assert squeezed("".join(lines)) in (squeezed(words), squeezed(NOT_WRITTEN))
    assert squeezed(shown(line(words))) in (squeezed(words), squeezed(NOT_WRITTEN))
    assert "\n" not in line(words)


def squeezed(words: str) -> str:
    """The words without blanks, and without what no text can hold."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\ufffe\uffff\ufeff]", "", words)


@given(WORDS)
@example("　\ufeff　")
def test_plain_words_and_tokens_fit_the_schemas_patterns(words: str) -> None:
    assert re.fullmatch(r"\S(.*\S)?", plain(words))
    assert re.fullmatch(r"([^\W\d]|_)[\w.\-]*", token(words))


def test_a_day_beyond_what_oscal_writes_leaves_the_deadline_to_words(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given_registers(office, MON, a_department())
    given_tasks(office, a_task("T1", deadline=date.max - timedelta(days=1), opened_on=MON))

    (risk,) = plan_of(office, MON)["risks"]
    assert "deadline" not in risk
    assert "timing" not in risk["remediations"][0]["tasks"][0]
