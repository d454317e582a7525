"""ファイル簿の未公表: personal information files that reach the threshold and are not in the published register."""

from datetime import date
from typing import Any

from jobs.checks.check import Check, Values
from tracker.domain.flags import Sighting
from tracker.law import check_words, threshold

WORDS = check_words("unpublished-files")
SUMMARY = "本人の数が{persons:,}人の個人情報ファイルですが、個人情報ファイル簿が公表されていません。"

QUERY = """
SELECT entry_no, name, department_code, persons
FROM register_entry
WHERE persons >= :persons AND (published_on IS NULL OR published_on > :on)
ORDER BY entry_no
"""


def _sighting(row: Any, on: date, values: Values) -> Sighting:
    return Sighting(
        key=row.entry_no, subject=row.entry_no, department_code=row.department_code,
        title=f"個人情報ファイル簿の公表（{row.name}）",
        summary=SUMMARY.format(persons=row.persons), details={"persons": row.persons},
    )  # fmt: skip


CHECK = Check(
    name="unpublished-files", position=1, title="ファイル簿の未公表", looks_for=WORDS.looks_for, ground=WORDS.ground,
    reads=("ファイル簿",), counts="ファイル簿", query=QUERY,
    answers={"entry_no": str, "name": str, "department_code": str, "persons": int},
    bind=lambda values, on: {"persons": int(values["persons"])},
    sighting=_sighting, defaults={"answer_days": 60, "persons": threshold("file-persons").number},
)  # fmt: skip
