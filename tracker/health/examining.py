"""All probes, and one examination: none of them raises, and a probe that fails is something wrong itself."""

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from tracker.domain.errors import Refusal
from tracker.files.trail_end import TRAIL_FILE
from tracker.health import databases, evidence, places, registers, work
from tracker.health.backups import backups
from tracker.health.values import Examined, Patient, Place, PlaceProbe, Probe, RecordsProbe, Symptom
from tracker.office import Office, open_office
from tracker.seams import caught
from tracker.settings import Settings, load_settings
from tracker.storage.damage import damage_sentence, is_damage
from tracker.storage.database import sqlite_file, sqlite_url
from tracker.storage.notes import note, noted
from tracker.storage.store import Records

log = logging.getLogger("zesei.health")
NOTE = "health"
QUICK: Sequence[Probe] = (
    PlaceProbe("room", "空き容量と書込み", places.room),
    PlaceProbe("key", "鍵", places.key),
    RecordsProbe("writing", "データベースへの書込み", databases.writing),
    RecordsProbe("ticks", "定時の処理", work.ticks),
    RecordsProbe("runs", "終わらない処理", work.runs),
    RecordsProbe("post", "通知の送信", work.post),
    RecordsProbe("clock", "時計", work.clock),
    RecordsProbe("evidence", "証跡", evidence.evidence_by_night),
)
THOROUGH: Sequence[Probe] = (
    PlaceProbe("rights", "ファイルの権限", places.rights),
    *QUICK[:-1],
    RecordsProbe("pages", "データベースのファイル", databases.pages),
    RecordsProbe("schema", "データベースの表", databases.schema),
    RecordsProbe("trail", "監査証跡", databases.trail),
    RecordsProbe("evidence", "証跡", evidence.evidence),
    RecordsProbe("registers", "台帳の新しさ", registers.registers),
    RecordsProbe("backups", "バックアップ", backups),
)
FAILED = "点検できませんでした（{why}）。運用の担当者に、この文を知らせてください。"
NOWHERE = "「{path}」がありません。--data-dir を確かめるか、初めてなら zesei init を実行してください。"
NO_DATABASE = (
    "「{path}」がありません。--data-dir と設定 database.url を確かめるか、初めてなら zesei init を実行してください。"
)
LOST_DATABASE = (
    "データベースのファイル「{path}」がないか、空です（ほかのデータは残っています）。zesei を止め、データの置き場所を丸ごと別のディスクに"
    "写してから、最後のバックアップを空のフォルダーに戻してください（zesei restore FILE）。"
)
FOR_DIVISION = ("evidence", "trail", "pages", "backups")  # what the division has to know of the nights
UNOPENED = "設定とデータベース"
Subject = TypeVar("Subject", Place, Patient)


@dataclass(frozen=True)
class Inspection:
    """What was found, and when."""

    at: datetime
    examined: tuple[Examined, ...]


def examine(office: Office, probes: Iterable[Probe]) -> tuple[Examined, ...]:
    """Ask these probes of an office that is open."""
    place = Place(office.settings, office.data_dir)
    return tuple(_asked(office, place, probe) for probe in probes)


def examine_place(config: Path | None, data_dir: Path, extra: Sequence[Probe] = ()) -> Iterator[Examined]:
    """Ask everything of a place where perhaps no office can be opened: that is told, and the rest asked all the same."""
    settings, refusal = _settings(config)
    office, trouble = (None, refusal) if refusal else _office(config, data_dir, settings)
    yield Examined("opening", UNOPENED, (Symptom(trouble),) if trouble else ())
    place = Place(settings, data_dir)
    for probe in (*THOROUGH, *extra):
        if office is not None:
            yield _asked(office, place, probe)
        elif isinstance(probe, PlaceProbe) and data_dir.is_dir():
            yield _looked(probe, place)


def keep_inspection(records: Records, inspection: Inspection) -> None:
    """Keep what a night found, for the pages."""
    found = [
        {"name": one.name, "title": one.title, "symptoms": [[s.sentence, s.is_wrong] for s in one.symptoms]}
        for one in inspection.examined
    ]
    note(records.connection, NOTE, json.dumps({"at": inspection.at.isoformat(), "examined": found}, ensure_ascii=False))


def newest_inspection(records: Records) -> Inspection | None:
    """What the newest night found."""
    kept = noted(records.connection, NOTE)
    if kept is None:
        return None
    facts = json.loads(kept)
    found = (
        Examined(one["name"], one["title"], tuple(Symptom(*symptom) for symptom in one["symptoms"]))
        for one in facts["examined"]
    )
    return Inspection(datetime.fromisoformat(facts["at"]), tuple(found))


def as_of_now(office: Office, records: Records) -> tuple[Inspection | None, list[Examined]]:
    """What the newest night found, with what can be asked quickly asked again."""
    night, quick = newest_inspection(records), {one.name: one for one in examine(office, QUICK)}
    rest = [one for one in night.examined if one.name not in quick] if night else []
    return night, [*quick.values(), *rest]


def told_to_division(records: Records) -> list[Symptom]:
    """What is wrong with the proof itself, as of the newest night."""
    night = newest_inspection(records)
    found = [one for one in night.examined if one.name in FOR_DIVISION] if night else []
    return [symptom for one in found for symptom in one.symptoms if symptom.is_wrong]


def _asked(office: Office, place: Place, probe: Probe) -> Examined:
    if isinstance(probe, PlaceProbe):
        return _looked(probe, place)
    troubles = list[BaseException]()
    with caught(troubles.append), ExitStack() as stack:
        records = stack.enter_context(office.store.reading())
        return _looked(probe, Patient(office, records, office.clock.now()))
    return _failed(probe, troubles[0])


def _looked(probe: PlaceProbe | RecordsProbe, subject: Place | Patient) -> Examined:
    troubles = list[BaseException]()
    with caught(troubles.append):
        return Examined(probe.name, probe.title, tuple(probe.look(subject)))  # type: ignore[arg-type]
    return _failed(probe, troubles[0])


def _failed(probe: Probe, trouble: BaseException) -> Examined:
    log.warning("%s: %s", probe.name, _short(trouble))
    if isinstance(trouble, Refusal):
        sentence = str(trouble)
    else:
        sentence = damage_sentence(trouble) if is_damage(trouble) else FAILED.format(why=_short(trouble))
    return Examined(probe.name, probe.title, (Symptom(sentence),))


def _short(trouble: BaseException) -> str:
    lines = str(getattr(trouble, "orig", None) or trouble).strip().splitlines()
    return f"{type(trouble).__name__}{f': {lines[0][:200]}' if lines else ''}"


def _settings(config: Path | None) -> tuple[Settings, str]:
    try:
        return load_settings(config), ""
    except Refusal as refusal:
        return Settings(), str(refusal)


def _office(config: Path | None, data_dir: Path, settings: Settings) -> tuple[Office | None, str]:
    if refusal := (_no_database(data_dir, settings) if data_dir.is_dir() else NOWHERE.format(path=data_dir)):
        return None, refusal
    troubles = list[BaseException]()
    with caught(troubles.append):
        return open_office(config, data_dir), ""
    trouble = troubles[0]
    return None, str(trouble) if isinstance(trouble, Refusal) else FAILED.format(why=_short(trouble))


def _no_database(data_dir: Path, settings: Settings) -> str:
    """That there is none yet, or none any more: whoever only looks makes none."""
    file = sqlite_file(settings.database.url or sqlite_url(data_dir))
    if file is None or (file.is_file() and file.stat().st_size):
        return ""
    is_lost = file.exists() or (data_dir / TRAIL_FILE).exists()
    return (LOST_DATABASE if is_lost else NO_DATABASE).format(path=file)
