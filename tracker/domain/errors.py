"""Refusals: each one a Japanese sentence that says what was refused and what to do next."""

import errno

_WHY = {
    errno.ENOENT: "見つかりません", errno.EACCES: "権限がありません", errno.EPERM: "権限がありません",
    errno.EISDIR: "フォルダーです", errno.ENOTDIR: "途中にフォルダーでないものがあります", errno.EEXIST: "同じ名前のファイルがあります",
    errno.ENOSPC: "空き容量がありません", errno.EDQUOT: "空き容量がありません", errno.EROFS: "書き込めない場所です",
    errno.ENAMETOOLONG: "名前が長すぎます",
}  # fmt: skip


def why(trouble: OSError) -> str:
    """What the system said of a file, in Japanese; in its own words where it is something rare."""
    return _WHY.get(trouble.errno or 0) or trouble.strerror or str(trouble)


class Refusal(Exception):
    """Something asked for that is not done; `str()` is the sentence shown to the reader."""


class DateUnreadable(Refusal):
    """A text that is no date in any of the forms an office writes."""


class CodeUnreadable(Refusal):
    """A text that was a code once and that a spreadsheet has turned into something else."""


class SettingsRefused(Refusal):
    """config.toml or the environment holds something the program cannot follow."""


class InputRefused(Refusal):
    """A file handed over cannot be taken; nothing was changed."""


class CommandRefused(Refusal):
    """A command that does not fit the state of things: a missing database, an unknown name."""


class RecordChanged(CommandRefused):
    """Something changed after the page was opened from which it was asked for; nothing of it was done."""


class SubmissionRefused(Refusal):
    """An answer to a task that cannot be taken; `field` names the field of the form it is about, or nothing."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class AccountRefused(Refusal):
    """An account, a password or a sign-in that is not taken; `field` names the field of the form, or nothing."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class TooManyAtOnce(AccountRefused):
    """A password that was not looked at: it says nothing about whoever typed it."""


class EvidenceRefused(Refusal):
    """An uploaded document that cannot be taken or given back."""


class LinkRefused(Refusal):
    """A signed link that opens nothing: forged, expired, used up, or of a task that went elsewhere."""


class TrailBroken(Refusal):
    """The audit trail does not hold: an entry was altered, removed or inserted."""
