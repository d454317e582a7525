"""The twelve registers as history: each row is one version of one entry, from an as-of day until another.

A version is what the office knew on day D when `valid_from <= D` and `valid_to` is empty or later than D.
`begun_by` and `ended_by` are the imports that said so. Nothing is ever deleted.
"""

from datetime import date

from sqlalchemy import Index, PrimaryKeyConstraint, Table, text
from sqlmodel import SQLModel

from tracker.domain.registers import REGISTERS
from tracker.storage.tables.names import table_name


class Versioned(SQLModel):
    """What every version row carries beside the register's own columns."""

    begun_by: int
    valid_from: date
    valid_to: date | None = None
    ended_by: int | None = None


def _keyed(*keys: str, **indexes: tuple[str, ...]) -> tuple[object, ...]:
    # Clustered by key: a million accounts are written and read in key order.
    others = (Index(f"ix_{name}", *columns) for name, columns in indexes.items())
    return (PrimaryKeyConstraint(*keys, "begun_by"), *others, {"sqlite_with_rowid": False})


# Word for word in the index and in the questions that it answers: so that the database knows it for the same.
# The migrations say it to PostgreSQL too; here it would load the whole of that dialect at every start.
NOT_ACTIVE = text("state <> '有効'")
_BY_STATE = Index(
    "ix_account_state", "state", "system_code", "user_id", "valid_from", "valid_to",  # counted without reading rows
    sqlite_where=NOT_ACTIVE,
)  # fmt: skip


class DepartmentVersion(Versioned, table=True):
    """組織"""

    __tablename__ = "department_version"
    __table_args__ = _keyed("code")
    code: str
    division: str
    name: str
    email: str | None = None
    chief_email: str | None = None
    director_email: str | None = None
    start_on: date | None = None
    end_on: date | None = None
    successor_code: str | None = None


class StaffVersion(Versioned, table=True):
    """職員"""

    __tablename__ = "staff_version"
    __table_args__ = _keyed(
        "staff_no", staff_name=("name", "staff_no"), staff_department=("department_code", "staff_no")
    )  # fmt: skip
    staff_no: str
    name: str
    department_code: str
    post: str | None = None
    email: str | None = None
    hired_on: date | None = None
    retired_on: date | None = None


class AbsenceVersion(Versioned, table=True):
    """休業"""

    __tablename__ = "absence_version"
    __table_args__ = _keyed("staff_no", "start_on", absence_reason=("reason", "staff_no", "start_on"))
    staff_no: str
    start_on: date
    reason: str
    end_on: date | None = None


class SystemVersion(Versioned, table=True):
    """システム"""

    __tablename__ = "system_version"
    __table_args__ = _keyed("code")
    code: str
    name: str
    department_code: str
    is_specific: bool
    log_cycle: str | None = None
    log_due_days: int | None = None
    log_start_on: date | None = None


class AccountVersion(Versioned, table=True):
    """アカウント"""

    __tablename__ = "account_version"
    __table_args__ = (
        _BY_STATE,
        *_keyed("system_code", "user_id", account_staff=("staff_no", "system_code", "user_id")),
    )
    system_code: str
    user_id: str
    staff_no: str | None = None
    access_right: str | None = None
    state: str
    suspended_on: date | None = None
    last_login_on: date | None = None


class ContractVersion(Versioned, table=True):
    """委託契約"""

    __tablename__ = "contract_version"
    __table_args__ = _keyed("contract_no")
    contract_no: str
    title: str
    department_code: str
    contractor: str
    start_on: date
    end_on: date | None = None
    is_specific: bool
    system_code: str | None = None


class SubcontractVersion(Versioned, table=True):
    """再委託"""

    __tablename__ = "subcontract_version"
    __table_args__ = _keyed("subcontract_no")
    subcontract_no: str
    contract_no: str
    subcontractor: str
    work: str | None = None
    start_on: date
    end_on: date | None = None
    approved_on: date | None = None
    organisation_confirmed_on: date | None = None
    safeguards_confirmed_on: date | None = None
    memorandum_signed_on: date | None = None
    memorandum_received_on: date | None = None


class ClauseCheckVersion(Versioned, table=True):
    """条項確認"""

    __tablename__ = "clause_check_version"
    __table_args__ = _keyed("subcontract_no", "clause")
    subcontract_no: str
    clause: str
    stands_in: str
    confirmed_on: date | None = None


class RegisterEntryVersion(Versioned, table=True):
    """ファイル簿"""

    __tablename__ = "register_entry_version"
    __table_args__ = _keyed("entry_no")
    entry_no: str
    name: str
    department_code: str
    purpose: str | None = None
    recorded: str | None = None
    scope: str | None = None
    collected_by: str | None = None
    sensitive: str | None = None
    file_kind: str | None = None
    persons: int
    made_on: date | None = None
    published_on: date | None = None
    body_name: str | None = None
    ordinance_sensitive: str | None = None
    regular_recipients: str | None = None
    request_office: str | None = None
    special_procedure: str | None = None
    manual_twin: str | None = None
    anonymised_call: str | None = None
    proposal_office: str | None = None
    anonymised_outline: str | None = None
    remarks: str | None = None


class LogReportVersion(Versioned, table=True):
    """ログ分析報告"""

    __tablename__ = "log_report_version"
    __table_args__ = _keyed("system_code", "period_from")
    system_code: str
    period_from: date
    period_to: date
    analysed_on: date | None = None
    reported_on: date | None = None
    extracted: int | None = None
    doubtful: int | None = None
    result: str | None = None


class FindingVersion(Versioned, table=True):
    """指導事項"""

    __tablename__ = "finding_version"
    __table_args__ = _keyed("finding_no")
    finding_no: str
    law: str
    clause_printed: str | None = None
    subject: str
    gist: str
    department_code: str | None = None
    given_on: date | None = None
    clause: str | None = None
    departments_printed: str | None = None
    systems_printed: str | None = None
    source: str | None = None
    guidance_kind: str | None = None
    given_by: str | None = None
    document_no: str | None = None


class ImprovementPlanVersion(Versioned, table=True):
    """改善策"""

    __tablename__ = "improvement_plan_version"
    __table_args__ = _keyed("finding_no", "branch")
    finding_no: str
    branch: str
    action: str
    department_code: str | None = None
    deadline_printed: str | None = None
    state: str | None = None
    completed_on: date | None = None
    department_printed: str | None = None
    officer_no: str | None = None


def version_tables() -> dict[str, Table]:
    """The version table of each register, by the register's stem."""
    tables = SQLModel.metadata.tables
    return {register.stem: tables[table_name(register)] for register in REGISTERS}
