"""What tests begin with: register files as an office hands them over, imports of them, and what they left behind."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.databases import answers
from tests.databases import everything_in as everything_in
from tracker.domain.errors import InputRefused
from tracker.office import Office
from tracker.registers.importing import Importer, ImportReport
from tracker.settings import Settings
from tracker.storage.reports import IssuedReport

DAY = date(2023, 7, 31)
Row = Mapping[str, str]

# One row of each register, headed as interfaces section 2 lists it; together they make an office without a fault.
ROWS: dict[str, dict[str, str]] = {
    "組織": {
        "所属コード": "0303", "部": "保健福祉部", "課": "障害者福祉課", "所属メール": "shogai@city.example",
        "課長メール": "shogai-kacho@city.example", "部長メール": "hofuku-bucho@city.example", "開始日": "R5.4.1",
        "終了日": "", "承継先コード": "",
    },
    "職員": {
        "職員番号": "30021", "氏名": "山田花子", "所属コード": "0303", "職": "主事", "メール": "s30021@city.example",
        "採用日": "平成30年4月1日", "退職日": "",
    },
    "休業": {"職員番号": "30021", "開始日": "R4.11.1", "事由": "育児休業", "終了日": ""},
    "システム": {
        "システムコード": "SHOGAI", "システム名": "障害者福祉システム", "所属コード": "0303", "特定個人情報": "○",
        "ログ分析周期": "毎月", "分析期限": "15", "分析開始日": "R5.6.1",
    },
    "アカウント": {
        "システムコード": "SHOGAI", "ユーザーID": "sf0221", "職員番号": "30021", "権限": "更新", "状態": "有効",
        "停止日": "", "最終ログイン": "2023/7/28",
    },
    "委託契約": {
        "契約番号": "R5-0101", "件名": "保守業務委託", "所属コード": "0303", "委託先": "業者甲", "開始日": "R5.4.1",
        "終了日": "R6.3.31", "特定個人情報": "○", "システムコード": "SHOGAI",
    },
    "再委託": {
        "再委託番号": "R5-0101-1", "契約番号": "R5-0101", "再委託先": "再業者丙", "業務": "運用支援",
        "開始日": "R5.4.1", "終了日": "R6.3.31", "承認日": "R5.3.20", "責任体制確認日": "", "安全措置確認日": "",
        "覚書締結日": "", "覚書写し受領日": "",
    },
    "条項確認": {"再委託番号": "R5-0101-1", "条項": "C1", "記載": "契約書", "確認日": "R5.4.3"},
    "ファイル簿": {
        "整理番号": "F003", "個人情報ファイルの名称": "障害者福祉ファイル", "所属コード": "0303",
        "利用目的": "給付のため", "記録項目": "1氏名、2住所", "記録範囲": "受給者", "収集方法": "本人からの届出",
        "要配慮個人情報": "含む", "種別": "電算処理ファイル", "本人の数": "18,000", "作成日": "", "公表日": "",
    },
    "ログ分析報告": {
        "システムコード": "SHOGAI", "対象開始": "R5.6.1", "対象終了": "R5.6.30", "実施日": "R5.7.10",
        "報告日": "R5.7.12", "抽出件数": "120", "疑義件数": "0", "結果": "異常なし",
    },
    "指導事項": {
        "指導番号": "R5-1", "法律": "番号法", "条項": "ガイドライン②F", "件名": "操作権限", "指導内容": "停止すること",
        "所属コード": "0303", "指導日": "R5.10.2",
    },
    "改善策": {
        "指導番号": "R5-1", "枝番": "1", "改善策": "操作権限を停止する", "所属コード": "0303",
        "期限": "令和6年1月末まで", "状態": "予定", "完了日": "",
    },
}  # fmt: skip


def a_row(stem: str, **cells: str) -> dict[str, str]:
    """A faultless row of a register, but for the cells that are named."""
    assert cells.keys() <= ROWS[stem].keys()
    return ROWS[stem] | cells


def csv_text(rows: Sequence[Row], delimiter: str = ",") -> str:
    """Rows with their headings, as another program would export them."""
    written = io.StringIO()
    writer = csv.DictWriter(written, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def a_file(folder: Path, stem: str, *rows: Row, encoding: str = "utf-8") -> Path:
    """A register's CSV file; without rows, one faultless row."""
    return a_text(folder / f"{stem}.csv", csv_text(rows or [a_row(stem)]), encoding)


def a_text(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """A file that holds exactly that text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def a_whole_office(folder: Path) -> Path:
    """A folder with all twelve registers, one row each."""
    for stem in ROWS:
        a_file(folder, stem)
    return folder


def take(
    office: Office,
    *paths: Path,
    on: date = DAY,
    settings: Settings | None = None,
    allow_empty: bool = False,
    dry_run: bool = False,
) -> ImportReport:
    """Import files as of a day."""
    importer = Importer(settings or office.settings, on, office.occasion("試験", on), allow_empty)
    return importer.take(office.store, paths, dry_run=dry_run)


def refusal_of(office: Office, *paths: Path, **how: Any) -> str:
    """The sentence that an import is refused with; nothing in the database may have changed."""
    before = everything_in(office)
    with pytest.raises(InputRefused) as refusal:
        take(office, *paths, **how)
    assert everything_in(office) == before
    return str(refusal.value)


def register_on(office: Office, table: str, day: date, *columns: str) -> list[tuple[Any, ...]]:
    """What a register's version table says of a day, asked in plain SQL."""
    query = f"SELECT {', '.join(columns)} FROM {table}_version WHERE valid_from <= :day"
    return asked(office, f"{query} AND (valid_to IS NULL OR valid_to > :day) ORDER BY 1, 2", day=day.isoformat())


def an_issued_report(day: date, at: datetime, facts: Mapping[str, Any], page: str = "") -> IssuedReport:
    """The weekly report of a day as it would have been stored."""
    return IssuedReport("weekly", "", day, day, day, at, "自動実行", "0.1.0", facts, page, "0" * 64, {})


def asked(office: Office, query: str, **values: Any) -> list[tuple[Any, ...]]:
    """The rows that a plain SQL question gives."""
    return answers(office, query, values)
