"""The whole document: parties, observations, risks, findings and items, made from what was known on a day."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta, tzinfo

from tracker.domain.errors import CommandRefused
from tracker.domain.events import Happened
from tracker.exports.oscal.grounds import Grounds
from tracker.exports.oscal.parts import Parts
from tracker.exports.oscal.remedies import RESPONSIBLE, Remedies, moves_by_task
from tracker.exports.oscal.writing import Json, Pen, line, plain, prop, without_nothing
from tracker.storage.retelling import Retelling
from tracker.storage.store import Records

OSCAL_VERSION = "1.2.1"
TITLE, ROLE_TITLE, UNKNOWN = "指導事項等の是正計画", "所管課", "（台帳にない所属）"
NOTHING_KNOWN = (
    "その日までに指導事項も対応も例外もないため、OSCAL の文書を作れません（項目のない文書は認められていません）。"
)
ROOT = "plan-of-action-and-milestones"


def compose_poam(records: Records, day: date, *, office: str, zone: tzinfo) -> Json:
    """The document as of the end of a day; the same records and day give the same document.

    CommandRefused when there is nothing to tell: OSCAL knows no plan without an item.
    """
    told, pen = Retelling.on(records, day, weeks=1), Pen(office, zone)
    past, day_ends = told.past, datetime.combine(day + timedelta(days=1), time(0), zone)
    grounds = Grounds(told, {entry.name: entry.title for entry in records.checks.catalogue()})
    shown = [task.key for ground in grounds.all for task in ground.tasks]
    moves = moves_by_task(past.happened(Happened.DEADLINE_EXTENDED))
    parts = Parts(grounds, Remedies(pen, day, past.evidence(shown, day_ends), moves))
    items = parts.items()
    if not items:
        raise CommandRefused(NOTHING_KNOWN)
    changed = past.newest_event_at() or day_ends
    plan = {
        "uuid": pen.uuid("document", day),
        "metadata": {
            "title": line(f"{TITLE}（{office}）" if office else TITLE), "last-modified": pen.instant(changed),
            "version": day.isoformat(), "oscal-version": OSCAL_VERSION, "props": [prop("as-of", day)],
            "roles": [{"id": RESPONSIBLE, "title": ROLE_TITLE}],
            "parties": list(_parties(pen, grounds.departments(), past.departments())),
        },
        "system-id": {"identifier-type": "https://ietf.org/rfc/rfc4122", "id": pen.uuid("system")},
        "observations": parts.observations(), "risks": parts.risks(), "findings": parts.findings(),
        "poam-items": items, "back-matter": _resources(pen, parts.remedies),
    }  # fmt: skip
    return {ROOT: without_nothing(plan)}


def poam_bytes(document: Json) -> Iterator[bytes]:
    """The document as JSON, a piece of it at a time."""
    yield f'{{"{ROOT}": {{\n'.encode()
    parts = document[ROOT]
    for number, (name, part) in enumerate(parts.items()):
        yield (",\n" if number else "").encode() + f'"{name}": '.encode()
        yield from _list_bytes(part) if isinstance(part, list) else [_json(part)]
    yield b"\n}}\n"


def _list_bytes(part: list[Json]) -> Iterator[bytes]:
    for number, one in enumerate(part):
        yield (b",\n" if number else b"[\n") + _json(one)
    yield b"\n]"


def _json(part: object) -> bytes:
    return json.dumps(part, ensure_ascii=False).encode()


def _parties(pen: Pen, codes: Iterable[str], names: dict[str, str]) -> Iterator[Json]:
    yield {"uuid": pen.uuid("party"), "type": "organization", "name": plain(pen.office)}
    for code in codes:
        yield {
            "uuid": pen.uuid("party", code), "type": "organization", "name": plain(names.get(code, UNKNOWN)),
            "props": [prop("department-code", code)], "member-of-organizations": [pen.uuid("party")],
        }  # fmt: skip


def _resources(pen: Pen, remedies: Remedies) -> Json:
    resources = [
        {
            "uuid": pen.uuid("resource", one.id), "title": line(one.name),
            "props": [prop("added-at", pen.instant(one.added_at)), prop("bytes", one.size)],
            "rlinks": [{"href": f"evidence/{one.sha256[:2]}/{one.sha256}", "hashes": [{"algorithm": "SHA-256", "value": one.sha256}]}],
        }
        for key in sorted(remedies.evidence) for one in remedies.evidence[key]
    ]  # fmt: skip
    return {"resources": resources} if resources else {}
