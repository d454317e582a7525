"""What went wrong in a part of a run, for whoever reads 今日 and 処理, and for the log."""

import errno
import logging

from tracker.domain.errors import Refusal, why
from tracker.storage.damage import damage_sentence, is_damage

LOCKED = "ほかの処理がデータベースに長く書き込んでいて、書き込めませんでした。"
FULL = "空き容量がないため、書き込めませんでした。"


def failure_in_words(failure: BaseException) -> str:
    """A sentence where it is something that an office meets; else what the program said of it."""
    if sentence := known_in_words(failure):
        return sentence
    if isinstance(failure, OSError) and failure.errno:
        return f"{why(failure)}（{failure.filename}）" if failure.filename else why(failure)
    return f"{type(failure).__name__}: {failure}"


def known_in_words(failure: BaseException) -> str:
    """The sentence on what is no fault of the program, which needs no traceback; nothing when it may be one."""
    if isinstance(failure, Refusal):
        return str(failure)
    if is_damage(failure):
        return damage_sentence(failure)
    said = str(getattr(failure, "orig", None) or "")  # of a database: its own words, without the statement
    if "is locked" in said or "lock timeout" in said:
        return LOCKED
    is_full = isinstance(failure, OSError) and failure.errno in (errno.ENOSPC, errno.EDQUOT)
    return FULL if is_full or "disk is full" in said or "No space left" in said else ""


class InALine(logging.Filter):
    """In the log, what an office meets is one line, whoever met it, and not a traceback several times a minute."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let it through; of what is known, the sentence's first line alone."""
        trouble = record.exc_info[1] if record.exc_info else None
        if trouble is not None and (sentence := known_in_words(trouble)):
            record.msg, record.args = f"{record.getMessage()}: {sentence.splitlines()[0]}", ()
            record.exc_info = record.exc_text = None
        return True


def log_what_is_known_in_a_line() -> None:
    """From here on this process writes so to its standard error."""
    if logging.lastResort is not None:
        logging.lastResort.addFilter(InALine())
