"""A large office, written as register files: deterministic, with a realistic share of long absences."""

import csv
import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

DAY = date(2024, 3, 18)
SYSTEMS = 20
FIRST_ABSENCE = date(2018, 1, 1)
# Most records are short and over; about one in fifty lasts long enough to matter on the day.
LENGTHS = (3, 3, 5, 5, 10, 10, 14, 30, 60, 120, 365)
FORGOTTEN = 0.01


def write_office(folder: Path, accounts: int, staff: int, absences: int) -> None:
    """Write 組織, 職員, 休業, システム and アカウント of that size (UTF-8)."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = random.Random(20240318)
    _write(folder / "組織.csv", "所属コード,部,課,所属メール,課長メール,部長メール,開始日,終了日,承継先コード",
           ([f"{n:04d}", "試験部", f"試験{n}課", "", "", "", "2018-04-01", "", ""] for n in range(100)))  # fmt: skip
    _write(folder / "職員.csv", "職員番号,氏名,所属コード,職,メール,採用日,退職日",
           ([f"{n:06d}", f"職員{n}", f"{n % 100:04d}", "主事", "", "2010-04-01", ""] for n in range(staff)))  # fmt: skip
    _write(folder / "システム.csv", "システムコード,システム名,所属コード,特定個人情報,ログ分析周期,分析期限,分析開始日",
           ([f"S{n:02d}", f"システム{n}", f"{n:04d}", "×", "", "", ""] for n in range(SYSTEMS)))  # fmt: skip
    records = list(_absences(dice, staff, absences))
    _write(folder / "休業.csv", "職員番号,事由,開始日,終了日", records)
    absent = {row[0] for row in records if row[2] <= str(DAY - timedelta(days=89)) and row[3] >= str(DAY)}
    _write(folder / "アカウント.csv", "システムコード,ユーザーID,職員番号,権限,状態,停止日,最終ログイン",
           _accounts(dice, accounts, staff, absent))  # fmt: skip


def _accounts(dice: random.Random, accounts: int, staff: int, absent: set[str]) -> Iterable[Sequence[str]]:
    """Accounts at random; of those whose people are long absent, one in a hundred was forgotten."""
    for system in range(SYSTEMS):
        for number in range(accounts // SYSTEMS):
            owner = f"{dice.randrange(staff):06d}"
            forgotten = owner not in absent or dice.random() < FORGOTTEN
            state = "有効" if forgotten and number % 50 else "停止"
            last = date(2024, 3, 1) + timedelta(days=number % 15)
            yield (f"S{system:02d}", f"u{number:06d}", owner, "更新", state, "", last.isoformat())


def _absences(dice: random.Random, staff: int, absences: int) -> Iterable[Sequence[str]]:
    seen = set[tuple[int, date]]()
    while len(seen) < absences:
        key = dice.randrange(staff), FIRST_ABSENCE + timedelta(days=dice.randrange(2270))
        if key not in seen:
            seen.add(key)
            end = key[1] + timedelta(days=dice.choice(LENGTHS))
            yield f"{key[0]:06d}", "病気休暇", key[1].isoformat(), end.isoformat()


def _write(path: Path, header: str, rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        writer.writerows(rows)
