"""The walk: every route, every role, every door, for the past of a task that three departments had one after the other."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from fastapi.testclient import TestClient

from jobs.packs import subject_of, write_pack
from jobs.reports.weekly import parts_of_departments
from tests.api.situations import KINDS, a_token
from tests.builders import a_file, a_row, take
from tests.web.past_of_a_task import FIRST, KEY, LAST, STINTS, Story, a_story, accept_what_the_second_asked
from tests.web.situations import (
    OCCASION,
    TODAY,
    Browser,
    administrator,
    an_office,
    auditor,
    chief,
    division,
    member,
    outside,
)
from tests.web.test_roles import rules_of
from tracker.api.app import MOUNTED, guarded_routes
from tracker.domain.events import Happened
from tracker.domain.tokens import TokenRole
from tracker.office import Office
from tracker.storage.horizon import Horizon
from tracker.storage.retelling import Retelling
from tracker.web.app import create_app
from tracker.web.words import event_word

# Who may read the words of whose time: written down a second time. Nobody of a department reads letters to superiors.
MAY_READ = {"division": {*STINTS}, "auditor": {*STINTS}, "administrator": set[str](), "nobody": set[str]()}
MAY_READ |= {code: {code} for code in STINTS}
SEEN_BY_ITS_OWN = {
    "発言",
    "課への問い",
    "証跡.txt",
    "差戻しの理由",
    "期限の理由",
    "対応中に戻す理由",
    "done報告",
    "done報告者",
    "件名",
}
PLACES = {
    "stem": "組織",
    "finding_no": "R5-1",
    "finding": "R5-1",
    "name": "absent-accounts",
    "day": str(TODAY),
    "key": KEY,
}
OTHERS: dict[str, Callable[[Office], TestClient]] = {
    "division": division, "auditor": auditor, "administrator": administrator, "nobody": Browser,
}  # fmt: skip
LEFT_OUT = ("/sign-out", "/session-ends")
QUERIES = {"/search": "?q=印", "/tasks": "?standing=all", "/letters": "?q=印"}
BODIES: dict[str, dict[str, object]] = {
    "answer_task": {"version": 1, "kind": "done", "officer": "職員０１", "note": "済みました。"},
    "decide_on_submission": {"version": 1, "decision": "accepted"},
}
NUMBERS = {"/attachments/{number}": 9, "/attachments/{number}/view": 9, "/letters/{number}": 12, "/letters/{number}/html": 12,
           "/departments/{secret}/letters/{number}": 12}  # fmt: skip


@pytest.fixture
def story(tmp_path: Path) -> Story:
    story = a_story(an_office(tmp_path, '[web]\naddress = "https://zesei.city.example"\n'))
    take(story.office, a_file(tmp_path, "指導事項", a_row("指導事項", 指導番号="R5-1")), on=TODAY)
    return story


def test_no_door_shows_a_department_what_another_wrote_sent_or_was_told(story: Story) -> None:
    for reader, where, text in everything_shown(story, [LAST]):  # while what the second sent waits for the division
        refuse_what_it_may_not_read(story, reader, where, text)
    accept_what_the_second_asked(story)
    seen, asked = dict[str, set[str]](), 0

    for reader, where, text in everything_shown(story, STINTS, *OTHERS):
        refuse_what_it_may_not_read(story, reader, where, text)
        seen.setdefault(reader, set()).update(w for words in story.words.values() for w in words if w in text)
        asked += 1

    assert asked > 800
    everything = {word for words in story.words.values() for word in words}
    assert len(everything) > 60
    assert everything - seen["division"] == everything - seen["auditor"] == set(), "else the walk proves nothing"
    assert {f"印{kind}{LAST}" for kind in SEEN_BY_ITS_OWN} - seen[LAST] == set(), "a department reads its own past"


def refuse_what_it_may_not_read(story: Story, reader: str, where: str, text: str) -> None:
    for code, words in story.words.items():
        found = {word for word in words if word in text}
        assert not found or code in MAY_READ[reader], (reader, where, found)
    told = [
        word for word in (*story.to_superiors, "TaskEscalated", event_word(Happened.TASK_ESCALATED)) if word in text
    ]
    assert not told or reader in ("division", "auditor"), (reader, where, told)
    for code, links in story.links.items():
        tokens = [link for link in links if link.rpartition("/")[2] in text]
        assert not tokens or where.startswith((story.pages[code], *links)), (reader, where, tokens)


def everything_shown(story: Story, departments: Sequence[str], *others: str) -> Iterator[tuple[str, str, str]]:
    """Who asked, where, and what was answered as text: pages, forms, the API, links, departments' pages, calendars."""
    office = story.office
    browsers = [(name, OTHERS[name](office)) for name in others]
    browsers += [(code, who(office, code)) for code in departments for who in (member, chief)]
    rules = sorted((method, path) for method, path in rules_of(create_app(office)) if method in ("GET", "POST"))
    for reader, browser in browsers:
        for method, path in rules:
            if path in LEFT_OUT or "{secret}" in path or "{token}" in path:
                continue
            for address in addresses(path, NUMBERS.get(path, 1) if reader not in ("administrator", "nobody") else 1):
                if method == "GET":
                    yield reader, address, text_of(browser.get(f"{address}{QUERIES.get(path, '')}"))
                elif reader in (LAST, "auditor"):
                    sent = {"task": KEY, "version": "1", "kind": "done"}
                    yield reader, address, text_of(browser.post(address, data=sent))
    yield from by_programs(story, departments, *others)
    for code in departments:
        for path in story.links[code]:
            yield code, path, text_of(outside(office).get(path))
            yield code, path, text_of(outside(office).post(path, data={"kind": "done", "officer": "", "round": "1"}))
        page, client = story.pages[code], outside(office)
        for part in ("", "/calendar.ics", "/期限一覧.xlsx", *(f"/letters/{number}" for number in range(1, 13))):
            yield code, f"{page}{part}", text_of(client.get(f"{page}{part}"))


def by_programs(story: Story, departments: Sequence[str], *others: str) -> Iterator[tuple[str, str, str]]:
    """Every operation with every kind of token, also those that end in a conflict."""
    kinds = [
        (code, role, scope) for role, scope in KINDS
        for code in (departments if role is TokenRole.DEPARTMENT else [str(role)])
        if code in (*departments, *others)
    ]  # fmt: skip
    client = TestClient(create_app(story.office))
    for reader, role, scope in kinds:
        name = f"{reader}{scope}{len(others)}"
        carried = {"authorization": f"Bearer {a_token(story.office, role, scope, reader, name=name)}"}
        for route in guarded_routes():
            path, operation = (
                f"{MOUNTED}{route.path_format}".format(**PLACES | {"number": "1"}),
                route.operation_id or "",
            )
            if route.methods == {"GET"}:
                yield reader, path, text_of(client.get(path, headers=carried))
            elif reader != "division" and operation != "import_register":
                answer = client.post(path, headers=carried, json=BODIES.get(operation, {"version": 1}))
                assert answer.status_code in (403, 404, 409), (operation, answer.text)
                yield reader, path, text_of(answer)


def addresses(path: str, numbers: int) -> Iterator[str]:
    """A route's addresses: of documents and letters every one."""
    for number in range(1, numbers + 1):
        places = PLACES | {"number": str(number)}
        yield re.sub(r"\{(\w+)[^}]*\}", lambda part, known=places: known.get(part[1], "1"), path)


def text_of(answer: Any) -> str:
    """What was answered, unpacked and unescaped, with its headers."""
    headers = unquote(" ".join(answer.headers.values()))
    content: bytes = answer.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"\n".join(archive.read(name) for name in archive.namelist())
    text = (
        unescape(content.decode("utf-8", "replace")).replace("\r\n ", "").replace("<mark>", "").replace("</mark>", "")
    )
    with suppress(ValueError):
        text = f"{text}\n{json.dumps(json.loads(text), ensure_ascii=False)}"
    return f"{headers}\n{text}"


def test_the_second_of_two_departments_that_send_the_same_file_is_not_told_of_the_first(story: Story) -> None:
    content = next(w for w in story.words[FIRST] if "証跡の中身" in w).encode()
    name = next(w for w in story.words[FIRST] if "証跡.txt" in w)
    files = [("files", (f"{name}.txt", content, "text/plain"))]

    answer = member(story.office, LAST).post("/attachments", data={"task": KEY, "from": "task"}, files=files)
    page = member(story.office, LAST).get(answer.headers["location"])

    assert "証跡を添えました。" in page.text


def test_what_is_handed_to_a_department_holds_nothing_of_anothers_time(story: Story) -> None:
    """Its pack, and its part of the weekly report."""
    accept_what_the_second_asked(story)
    with story.office.store.transaction() as records:
        horizon = Horizon.now(records.connection, OCCASION.at)
        told, pack = Retelling.on(records, TODAY, weeks=1), io.BytesIO()
        write_pack(pack, records, story.office, told, subject_of(records, told, None, LAST))
        ((_, part),) = parts_of_departments(records, story.office, OCCASION, horizon, [LAST])
    with zipfile.ZipFile(pack) as archive:
        packed = b"\n".join(archive.read(name) for name in archive.namelist() if not name.endswith(".xlsx")).decode(
            "utf-8", "replace"
        )

    for text in (packed, str(part)):
        refuse_what_it_may_not_read(story, LAST, "", text)
    assert all(f"印{kind}{LAST}" in packed for kind in SEEN_BY_ITS_OWN - {"証跡.txt"})
