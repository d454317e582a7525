"""Hand-over packs in words: an index and histories that open without a server, and letters without their secrets."""

from notifications.packs.letters import PackedMail, letter_page, letter_text
from notifications.packs.pages import render_history, render_index
from notifications.packs.paper import pack_paper, task_table
from notifications.packs.values import (
    EvidenceFile,
    HistoryLine,
    LetterFile,
    PackIndex,
    TaskShown,
)

__all__ = [
    "EvidenceFile", "HistoryLine", "LetterFile", "PackIndex", "PackedMail", "TaskShown", "letter_page", "letter_text", "pack_paper",
    "render_history", "render_index", "task_table",
]  # fmt: skip
