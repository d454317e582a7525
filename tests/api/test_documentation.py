"""The document and the page that explains it: complete, in Japanese, without a word to another host."""

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.web.situations import an_office, outside
from tracker.web.app import create_app

VERBS = {"get", "post"}
OTHER_KINDS = {"/api/v1/exports/csv": "application/zip"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return TestClient(create_app(an_office(tmp_path_factory.mktemp("office"))))


@pytest.fixture(scope="module")
def document(client: TestClient) -> Any:
    return client.get("/api/v1/openapi.json").json()


def operations(document: Any) -> list[tuple[str, str, Any]]:
    return [(path, verb, one) for path, own in document["paths"].items() for verb, one in own.items()]


def test_every_operation_has_a_name_of_its_own_a_japanese_summary_a_tag_and_its_security(document: Any) -> None:
    found = operations(document)

    assert len(found) >= 24
    assert {verb for _, verb, _ in found} == VERBS
    assert len({one["operationId"] for _, _, one in found}) == len(found)
    for path, _, one in found:
        assert path.startswith("/api/v1/")
        assert re.match(r"[^\x00-\x7f]", one["summary"]), one["summary"]
        assert [tag["name"] for tag in document["tags"]].count(one["tags"][0]) == 1
        assert one["security"] == ([] if path.endswith("/health") else [{"token": []}])


def test_every_operation_names_the_problems_that_any_of_its_kind_can_answer(document: Any) -> None:
    for path, verb, one in operations(document):
        named = set(one["responses"])
        expected = {"500"} if path.endswith("/health") else {"500", "401", "403"}
        expected |= {"409", "413", "415", "422", "503"} if verb == "post" else set()
        expected |= {"404"} if "{" in path else set()
        assert expected <= named, path
        for status, answer in one["responses"].items():
            kind = OTHER_KINDS.get(path, "application/json") if status < "300" else "application/problem+json"
            assert list(answer["content"]) == [kind]


def test_no_reader_of_the_document_meets_english_sentences(document: Any) -> None:
    def descriptions(part: Any) -> list[str]:
        if isinstance(part, list):
            return [text for one in part for text in descriptions(one)]
        if not isinstance(part, dict):
            return []
        own = [part["description"]] if isinstance(part.get("description"), str) else []
        return own + [text for one in part.values() for text in descriptions(one)]

    english = [text for text in descriptions(document) if not re.search(r"[ぁ-んァ-ヶ一-龠]", text)]
    assert english == []


def test_every_field_of_every_answer_is_explained(document: Any) -> None:
    silent = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, one in schema.get("properties", {}).items()
        if not one.get("description")
    ]
    assert silent == []


def test_the_page_takes_scripts_and_styles_from_here_alone_and_none_inline(client: TestClient) -> None:
    page = client.get("/api/v1/docs")

    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    assert not re.findall(r"<script>|<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|https?://", page.text)
    fetched = re.findall(r"""(?:src|href)="([^"]+)\"""", page.text)
    assert all(address.startswith("/") and not address.startswith("//") for address in fetched)
    fetched.remove("/")  # the way back, to whoever is signed in
    assert all(client.get(address).status_code == 200 for address in fetched)


def test_what_we_wrote_for_the_page_names_no_other_host_and_asks_no_validator() -> None:
    script = Path("tracker/web/static/api-docs.js").read_text(encoding="utf-8")

    assert "validatorUrl: null" in script
    assert "//" not in re.sub(r"^//.*$", "", script, flags=re.M)


def test_the_departments_application_has_no_api(tmp_path: Path) -> None:
    client = outside(an_office(tmp_path))

    for path in ("/api/v1/tasks", "/api/v1/health", "/api/v1/docs", "/api/v1/openapi.json"):
        assert client.get(path).status_code == 404
