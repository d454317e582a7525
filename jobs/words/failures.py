"""What went wrong in a part of a run, for whoever reads 今日 and 処理."""

from tracker.domain.errors import Refusal, why
from tracker.storage.damage import damage_sentence, is_damage

LOCKED = "ほかの処理がデータベースに長く書き込んでいて、書き込めませんでした。"
FULL = "空き容量がないため、書き込めませんでした。"


def failure_in_words(failure: BaseException) -> str:
    """A sentence where it is something that an office meets; else what the program said of it."""
    if isinstance(failure, Refusal):
        return str(failure)
    if isinstance(failure, OSError) and failure.errno:
        return f"{why(failure)}（{failure.filename}）" if failure.filename else why(failure)
    if is_damage(failure):
        return damage_sentence(failure)
    said = str(getattr(failure, "orig", None) or "")  # of a database: its own words, without the statement
    if "is locked" in said or "lock timeout" in said:
        return LOCKED
    if "disk is full" in said or "No space left" in said:
        return FULL
    return f"{type(failure).__name__}: {failure}"
