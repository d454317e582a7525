"""Reported but still seen: what was completed while the registers go on showing it is asked for again."""

from datetime import date

from tracker.domain.events import Occasion
from tracker.storage.store import Records

STILL_SEEN = "完了の報告の後も、台帳で検知されています。"


def reopen_what_is_still_seen(records: Records, check_name: str, as_of: date, occasion: Occasion) -> None:
    """Reopen completed tasks of flags that are seen in registers of a later day than the one on which they were done.

    Registers of that day or before say nothing against the report; what an exception silences is left in peace.
    """
    still_seen = records.tasks.completed_though_seen(check_name, before=as_of)
    records.tasks.save_all([task.reopen(STILL_SEEN, occasion) for task in still_seen])
