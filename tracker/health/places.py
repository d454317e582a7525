"""The data directory: whom it is open to, whether it can be written, how much room is left, the key in it."""

import shutil
import tempfile
from collections.abc import Iterator

from tracker.domain.errors import why
from tracker.files.rights import exposures
from tracker.health.values import Place, Symptom
from tracker.secrets.office_key import key_trouble

MEGABYTE = 1_000_000
LITTLE_ROOM = "「{path}」の空き容量が{free:,} MBしかありません（下限 {least:,} MB）。容量を増やすか、要らないファイルを移してください。"
NOT_WRITABLE = "「{path}」に書き込めません（{why}）。ディスクと、zesei を動かす利用者の権限を確かめてください。"


def rights(place: Place) -> Iterator[Symptom]:
    """What others on this machine can read."""
    for exposure in exposures(place.data_dir, place.settings.database.url):
        yield Symptom(exposure.sentence.removeprefix("注意: "))


def room(place: Place) -> Iterator[Symptom]:
    """Free space, and whether a file can be written at all."""
    try:
        free = shutil.disk_usage(place.data_dir).free // MEGABYTE
        if free < (least := place.settings.health.free_mb):
            yield Symptom(LITTLE_ROOM.format(path=place.data_dir, free=free, least=least))
        with tempfile.TemporaryFile(dir=place.data_dir) as file:
            file.write(b"zesei")
            file.flush()
    except OSError as trouble:
        yield Symptom(NOT_WRITABLE.format(path=place.data_dir, why=why(trouble)))


def key(place: Place) -> Iterator[Symptom]:
    """The secret that links and tokens are signed with."""
    if trouble := key_trouble(place.data_dir):
        yield Symptom(trouble)
