"""The left cell of a council paper's table: subject, gist, clause, and who and what the gist names."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from tracker.domain.dates import read_date
from tracker.domain.errors import InputRefused
from tracker.registers.paper_words import closed_up, repaired, with_narrow_digits

_CLAUSE = re.compile(r"法(?=$|第|律|施行|ガイド|、)|施行令|令第|条例|規則|規程|ガイド|指針|別添|第\d")
_DAY = r"(?:(?:昭和|平成|令和)(?:元|\d{1,2})|\d{4})年\d{1,2}月\d{1,2}日"
_OBSERVED = re.compile(rf"(?:時点|現在|実施日|調査日|確認日)[（(]?({_DAY})|({_DAY})[）)]?(?:時点|現在|の?実施日)")
_EDGE = r"(?:^|[、。「」（）()をがはのに]|において|における|にて|及び|並びに|又は)"
_DEPARTMENT = re.compile(r"(?<=課)(?=において|における|の|[がはをにで、。（）]|及び|並びに|又は|から|$)")
_OTHER_UNIT = re.compile("(?<=[室所])(?=において|における|にて|では)")
# Rooms and places, which end like a department's name and are none.
_PLACES = (
    "サーバ室", "サーバー室", "電算室", "執務室", "事務室", "会議室", "保管室", "機械室", "更衣室", "書庫室", "相談室", "休憩室", "控室",
    "場所", "箇所", "個所", "か所", "役所", "居所", "住所", "近所", "各室", "当該室", "同室", "各所", "当所", "同所",
)  # fmt: skip
_NOBODYS = ("各課", "全課", "他課", "当該課", "所管課", "各所管課", "主管課", "担当課", "同課", "関係課")
LONGEST_NAME = 80  # characters before 課 that may be a department's name
_KANJI = "[一-龠々]"
_SYSTEM_LETTER = rf"[一-龠々ヶァ-ヴーA-Za-z0-9０-９]|(?<={_KANJI})(?:い|[てりきけみめれ])(?={_KANJI})"
_ANY_SYSTEM = re.compile(r"(?:各|全|他|本|同|当該|対象|関係|情報|業務)*システム")


@dataclass(frozen=True)
class FindingWords:
    """What the left cell says, the clause as printed without footnote marks."""

    subject: str
    gist: str
    clause_printed: str
    observed_on: date | None
    departments: tuple[str, ...]
    systems: tuple[str, ...]


def read_finding(cell: str, inspected: tuple[str, ...], municipality: str) -> FindingWords:
    """Take the cell apart; where no department is named, the first inspected one answers.

    Raises InputRefused when subject or clause cannot be told, DateUnreadable for a day that does not exist.
    """
    words = re.split(r"\s+", repaired(cell).strip(), maxsplit=1)
    if len(words) < 2 or "。" in words[0]:
        raise InputRefused("「改善指導の内容」の最初に、件名と空白がありません。件名の後に空白か改行を置いてください。")
    gist, clause = _without_clause(closed_up(words[1]))
    named = _departments(gist, inspected) or inspected[:1]
    return FindingWords(words[0], gist, clause, _observed_on(gist), named, _systems(gist, municipality))


def _without_clause(text: str) -> tuple[str, str]:
    """Gist and clause: the clause stands in the last brackets, which may hold brackets themselves."""
    ended = text.rstrip("。")
    at, depth = len(ended), 0
    for at in reversed(range(len(ended))):
        depth += (ended[at] in "）)") - (ended[at] in "（(")
        if depth == 0:
            break
    clause = ended[at + 1 : -1]
    bracketed = ended.endswith(("）", ")")) and depth == 0
    if not bracketed or not _CLAUSE.search(unicodedata.normalize("NFKC", clause)):
        raise InputRefused(
            "「改善指導の内容」の終わりに、根拠の条項が（個人情報保護法第75条第1項）のように書かれていません。"
        )
    return ended[:at], clause


def _observed_on(gist: str) -> date | None:
    match = _OBSERVED.search(with_narrow_digits(gist))
    return read_date(match[1] or match[2]).day if match else None


def _departments(gist: str, inspected: tuple[str, ...]) -> tuple[str, ...]:
    names = list[str]()
    ends = sorted({match.start() for pattern in (_DEPARTMENT, _OTHER_UNIT) for match in pattern.finditer(gist)})
    for end in ends:
        before = gist[max(end - LONGEST_NAME, 0) : end]
        if before.endswith(_PLACES) and not before.endswith(inspected):
            continue
        known = next((name for name in sorted(inspected, key=len, reverse=True) if before.endswith(name)), None)
        names.append(known or re.split(_EDGE, before)[-1])
    return tuple(dict.fromkeys(name for name in names if name and name not in _NOBODYS))


def _systems(gist: str, municipality: str) -> tuple[str, ...]:
    runs = re.finditer(rf"(?:{re.escape(municipality)})?(?:{_SYSTEM_LETTER})+", gist)
    cut = (run.group().rpartition("システム") for run in runs)
    found = (f"{before}{system}" for before, system, _ in cut if system)
    return tuple(dict.fromkeys(name for name in found if not _ANY_SYSTEM.fullmatch(name)))
