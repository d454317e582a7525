"""How two editions of a report differ, in words."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tracker.domain.differences import Difference, differences
from tracker.storage.reports import IssuedReport

PLACES = {
    "totals": "合計", "previous": "前週の数", "highlights": "要点", "departments": "所管課別", "findings": "指導事項別",
    "checks": "検査", "coming": "今後の期限", "trend": "推移", "previous_flags": "前週の検知", "exceptions": "例外",
    "since": "比べた日", "duties": "定期業務", "changes": "変わったもの", "unanswered": "回答のないもの", "registers": "台帳",
    "lost": "届いていない通知", "previous_coming": "前週の今後の期限", "previous_stale": "前週の古い台帳",
    "previous_lost": "前週の届いていない通知", "office": "団体名", "division": "担当課", "laws": "法律別の指導事項",
    "measures": "改善策", "footnotes": "注", "rows": "行", "evidence": "証跡",
    "counts": "措置区分別の件数", "next_on": "次回の報告", "next_basis": "次回の報告の根拠", "previous_on": "前回の報告",
}  # fmt: skip
OF_THE_HOUR = ("as_of_at", "trail_number", "trail_seal")
MOST = 50
LONGEST = 120


def differences_of(before: IssuedReport, after: IssuedReport) -> tuple[Difference, ...]:
    """Where two editions of a report say something else."""
    return differences(compared(before.facts), compared(after.facts))


def compared(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Everything in a report but the hour at which it was asked, and how long the trail was then."""
    return {name: value for name, value in facts.items() if name not in OF_THE_HOUR}


def difference_lines(differences: Iterable[Difference]) -> Iterator[str]:
    """One line a difference, the first fifty of them."""
    found = list(differences)
    for one in found[:MOST]:
        yield f"・{_place(one.place)}: {_shown(one.old)} → {_shown(one.new)}"
    if len(found) > MOST:
        yield f"・ほか{len(found) - MOST}か所"


def _place(place: str) -> str:
    first, _, rest = place.partition(".")
    return PLACES.get(first, first) + (f"（{rest}）" if rest else "")


def _shown(value: Any) -> str:
    if value is None:
        return "なし"
    text = _words(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        return " ".join(filter(None, (_words(part) for part in value.values())))
    if isinstance(value, (list, tuple)):
        return " ".join(filter(None, map(_words, value)))
    return "" if value is None else str(value)
