"""再指摘: what was found before and answered was found again."""

from collections.abc import Collection

from tracker.domain.errors import SubmissionRefused
from tracker.domain.events import Event, Happened, Occasion
from tracker.domain.moves import refuse_long_text


def note_recurrence(
    finding_no: str,
    earlier_no: str,
    known: Collection[str],
    repeated_by: Collection[str],
    reason: str,
    occasion: Occasion,
) -> Event:
    """This finding repeats an earlier one; `repeated_by` are the findings that repeat this one.

    SubmissionRefused for one that is not known, for itself, and for one that already repeats this one.
    """
    if not earlier_no:
        raise SubmissionRefused("earlier", "前の指導事項を選んでください。")
    if finding_no not in known or earlier_no not in known:
        raise SubmissionRefused("earlier", f"指導事項「{earlier_no}」はありません。一覧から選んでください。")
    if earlier_no == finding_no:
        raise SubmissionRefused("earlier", "同じ指導事項です。前の指導事項を選んでください。")
    if earlier_no in repeated_by:
        raise SubmissionRefused("earlier", f"指導事項「{earlier_no}」は、この指導事項の再指摘として結び付いています。")
    refuse_long_text("reason", reason)
    return Event(
        Happened.RECURRENCE_NOTED, f"finding:{finding_no}", occasion, {"earlier": earlier_no, "reason": reason}
    )  # fmt: skip


def revoke_recurrence(finding_no: str, earlier_no: str, occasion: Occasion) -> Event:
    """The link was a mistake."""
    return Event(Happened.RECURRENCE_REVOKED, f"finding:{finding_no}", occasion, {"earlier": earlier_no})
