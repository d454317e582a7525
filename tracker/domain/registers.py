"""The twelve registers an office hands over: their columns, keys and references, as one table of facts."""

from dataclasses import dataclass, field
from enum import Enum


class Kind(Enum):
    """What a column holds, and so how its cells are read."""

    TEXT = "text"
    CODE = "code"  # compared across registers: full-width digits are made narrow
    DATE = "date"
    NUMBER = "number"
    MARK = "mark"  # ○ / ×
    DEADLINE = "deadline"  # printed words; a day where they mean one


@dataclass(frozen=True)
class Column:
    """One column of a register file: its Japanese header and its name in the database."""

    header: str
    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    key: bool = False
    choices: tuple[str, ...] = ()
    optional_header: bool = False  # the file may lack the column altogether
    may_be_open: bool = False  # a day that ends something and may not be set yet: 9999/12/31 says so


@dataclass(frozen=True)
class Reference:
    """A column whose value must stand in another register (`strict`), or should (a notice otherwise)."""

    column: str
    register: str
    strict: bool
    is_owner: bool = False  # says whose a row is: when many rows are nobody's, no check that reads them can judge


@dataclass(frozen=True)
class Register:
    """One register: the stem of its file, its noun in queries, its columns (key first), its references."""

    stem: str
    noun: str
    columns: tuple[Column, ...]
    references: tuple[Reference, ...] = field(default=())
    may_be_empty: bool = False  # an office may have nothing to put into it yet

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the key columns."""
        return tuple(column.name for column in self.columns if column.key)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, in order."""
        return tuple(column.name for column in self.columns)


def _key(header: str, name: str, kind: Kind = Kind.CODE, choices: tuple[str, ...] = ()) -> Column:
    return Column(header, name, kind, required=True, key=True, choices=choices)


def _must(header: str, name: str, kind: Kind = Kind.TEXT, choices: tuple[str, ...] = ()) -> Column:
    return Column(header, name, kind, required=True, choices=choices)


def _end(header: str, name: str) -> Column:
    return Column(header, name, Kind.DATE, may_be_open=True)


def _extra(header: str, name: str, kind: Kind = Kind.TEXT) -> Column:
    return Column(header, name, kind, optional_header=True)


CYCLES = ("毎週", "毎月", "四半期", "半年", "毎年")
ACCOUNT_STATES = ("有効", "停止", "削除")
CLAUSE_KEYS = (*(f"C{n}" for n in range(1, 9)), "W1", "W2", *(f"N{n}" for n in range(1, 11)))
STOOD_IN = ("契約書", "覚書", "なし")
GUIDANCE_KINDS = ("指導", "助言", "勧告", "命令")
PLAN_STATES = ("実施済", "完了", "予定", "決定", "依頼予定", "従前から実施", "対応中", "取下げ")
_DEPARTMENT = Reference("department_code", "組織", strict=False)

DEPARTMENT = Register("組織", "department", (
    _key("所属コード", "code"), _must("部", "division"), _must("課", "name"),
    Column("所属メール", "email"), Column("課長メール", "chief_email"), Column("部長メール", "director_email"),
    Column("開始日", "start_on", Kind.DATE), _end("終了日", "end_on"),
    Column("承継先コード", "successor_code", Kind.CODE),
))  # fmt: skip
STAFF = Register("職員", "staff", (
    _key("職員番号", "staff_no"), _must("氏名", "name"), _must("所属コード", "department_code", Kind.CODE),
    Column("職", "post"), Column("メール", "email"),
    Column("採用日", "hired_on", Kind.DATE), _end("退職日", "retired_on"),
), (_DEPARTMENT,))  # fmt: skip
ABSENCE = Register("休業", "absence", (
    _key("職員番号", "staff_no"), _key("開始日", "start_on", Kind.DATE),
    _must("事由", "reason"), _end("終了日", "end_on"),
), (Reference("staff_no", "職員", strict=False, is_owner=True),), may_be_empty=True)  # fmt: skip
SYSTEM = Register("システム", "system", (
    _key("システムコード", "code"), _must("システム名", "name"), _must("所属コード", "department_code", Kind.CODE),
    _must("特定個人情報", "is_specific", Kind.MARK), Column("ログ分析周期", "log_cycle", choices=CYCLES),
    Column("分析期限", "log_due_days", Kind.NUMBER), Column("分析開始日", "log_start_on", Kind.DATE),
), (_DEPARTMENT,))  # fmt: skip
ACCOUNT = Register("アカウント", "account", (
    _key("システムコード", "system_code"), _key("ユーザーID", "user_id"), Column("職員番号", "staff_no", Kind.CODE),
    Column("権限", "access_right"), _must("状態", "state", choices=ACCOUNT_STATES),
    _end("停止日", "suspended_on"), Column("最終ログイン", "last_login_on", Kind.DATE),
), (
    Reference("system_code", "システム", strict=True), Reference("staff_no", "職員", strict=False, is_owner=True),
))  # fmt: skip
CONTRACT = Register("委託契約", "contract", (
    _key("契約番号", "contract_no"), _must("件名", "title"), _must("所属コード", "department_code", Kind.CODE),
    _must("委託先", "contractor"), _must("開始日", "start_on", Kind.DATE), _end("終了日", "end_on"),
    _must("特定個人情報", "is_specific", Kind.MARK), Column("システムコード", "system_code", Kind.CODE),
), (_DEPARTMENT, Reference("system_code", "システム", strict=False)))  # fmt: skip
SUBCONTRACT = Register("再委託", "subcontract", (
    _key("再委託番号", "subcontract_no"), _must("契約番号", "contract_no", Kind.CODE),
    _must("再委託先", "subcontractor"), Column("業務", "work"),
    _must("開始日", "start_on", Kind.DATE), _end("終了日", "end_on"),
    Column("承認日", "approved_on", Kind.DATE), Column("責任体制確認日", "organisation_confirmed_on", Kind.DATE),
    Column("安全措置確認日", "safeguards_confirmed_on", Kind.DATE),
    Column("覚書締結日", "memorandum_signed_on", Kind.DATE),
    Column("覚書写し受領日", "memorandum_received_on", Kind.DATE),
), (Reference("contract_no", "委託契約", strict=True),), may_be_empty=True)  # fmt: skip
CLAUSE_CHECK = Register("条項確認", "clause_check", (
    _key("再委託番号", "subcontract_no"), _key("条項", "clause", choices=CLAUSE_KEYS),
    _must("記載", "stands_in", choices=STOOD_IN), Column("確認日", "confirmed_on", Kind.DATE),
), (Reference("subcontract_no", "再委託", strict=True),), may_be_empty=True)  # fmt: skip
REGISTER_ENTRY = Register("ファイル簿", "register_entry", (
    _key("整理番号", "entry_no"), _must("個人情報ファイルの名称", "name"),
    _must("所属コード", "department_code", Kind.CODE), Column("利用目的", "purpose"), Column("記録項目", "recorded"),
    Column("記録範囲", "scope"), Column("収集方法", "collected_by"), Column("要配慮個人情報", "sensitive"),
    Column("種別", "file_kind"), _must("本人の数", "persons", Kind.NUMBER),
    Column("作成日", "made_on", Kind.DATE), Column("公表日", "published_on", Kind.DATE),
    _extra("行政機関等の名称", "body_name"), _extra("条例要配慮個人情報", "ordinance_sensitive"),
    _extra("経常的提供先", "regular_recipients"), _extra("開示請求等を受理する組織", "request_office"),
    _extra("他の法令の規定による特別の手続等", "special_procedure"),
    _extra("令第21条第7項に該当するファイル", "manual_twin"),
    _extra("行政機関等匿名加工情報の提案の募集", "anonymised_call"), _extra("提案を受ける組織", "proposal_office"),
    _extra("行政機関等匿名加工情報の概要", "anonymised_outline"), _extra("備考", "remarks"),
), (_DEPARTMENT,))  # fmt: skip
LOG_REPORT = Register("ログ分析報告", "log_report", (
    _key("システムコード", "system_code"), _key("対象開始", "period_from", Kind.DATE),
    _must("対象終了", "period_to", Kind.DATE), Column("実施日", "analysed_on", Kind.DATE),
    Column("報告日", "reported_on", Kind.DATE), Column("抽出件数", "extracted", Kind.NUMBER),
    Column("疑義件数", "doubtful", Kind.NUMBER), Column("結果", "result"),
), (Reference("system_code", "システム", strict=True),), may_be_empty=True)  # fmt: skip
FINDING = Register("指導事項", "finding", (
    _key("指導番号", "finding_no"), _must("法律", "law"), Column("条項", "clause_printed"),
    _must("件名", "subject"), _must("指導内容", "gist"), Column("所属コード", "department_code", Kind.CODE),
    Column("指導日", "given_on", Kind.DATE), _extra("条項（正式）", "clause"), _extra("所管課", "departments_printed"),
    _extra("システム", "systems_printed"), _extra("出典", "source"),
    Column("指導の種類", "guidance_kind", choices=GUIDANCE_KINDS, optional_header=True),
    _extra("発出者", "given_by"), _extra("文書番号", "document_no"),
), (_DEPARTMENT,), may_be_empty=True)  # fmt: skip
IMPROVEMENT_PLAN = Register("改善策", "improvement_plan", (
    _key("指導番号", "finding_no"), _key("枝番", "branch"), _must("改善策", "action"),
    Column("所属コード", "department_code", Kind.CODE), Column("期限", "deadline_printed", Kind.DEADLINE),
    Column("状態", "state", choices=PLAN_STATES), Column("完了日", "completed_on", Kind.DATE),
    _extra("所管課", "department_printed"), _extra("担当者", "officer_no", Kind.CODE),
), (Reference("finding_no", "指導事項", strict=True), _DEPARTMENT), may_be_empty=True)  # fmt: skip

# In the order in which they are imported: a register comes after those it refers to.
REGISTERS = (
    DEPARTMENT, STAFF, ABSENCE, SYSTEM, ACCOUNT, CONTRACT, SUBCONTRACT, CLAUSE_CHECK,
    REGISTER_ENTRY, LOG_REPORT, FINDING, IMPROVEMENT_PLAN,
)  # fmt: skip
BY_STEM = {register.stem: register for register in REGISTERS}
