"""Everything that can happen, each with a who, a when and what it is about."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Happened(StrEnum):
    """The kinds of event, as stored; the Japanese label is in the web's catalogue."""

    REGISTER_IMPORTED = "RegisterImported"
    TASK_OPENED = "TaskOpened"
    TASK_COMPLETED = "TaskCompleted"
    TASK_WITHDRAWN = "TaskWithdrawn"
    TASK_REOPENED = "TaskReopened"
    TASK_HANDED_OVER = "TaskHandedOver"
    TASK_REWORDED = "TaskReworded"
    TASK_REPORTED = "TaskReported"
    TASK_SENT_BACK = "TaskSentBack"
    TASK_STARTED = "TaskStarted"
    TASK_COMMENTED = "TaskCommented"
    EVIDENCE_ATTACHED = "EvidenceAttached"
    EVIDENCE_REMOVED = "EvidenceRemoved"
    MEASURE_CONSIDERED = "MeasureConsidered"
    MEASURE_SETTLED = "MeasureSettled"
    EFFECT_CHECKED = "EffectChecked"
    RECURRENCE_NOTED = "RecurrenceNoted"
    RECURRENCE_REVOKED = "RecurrenceRevoked"
    OFFICER_NAMED = "OfficerNamed"
    EXTENSION_ASKED = "ExtensionAsked"
    DEPARTMENT_DENIED = "DepartmentDenied"
    DEADLINE_EXTENDED = "DeadlineExtended"
    FLAG_RAISED = "FlagRaised"
    FLAG_CLEARED = "FlagCleared"
    REMINDER_QUEUED = "ReminderQueued"
    TASK_ESCALATED = "TaskEscalated"
    LETTER_ACCEPTED = "LetterAccepted"
    LETTER_GIVEN_UP = "LetterGivenUp"
    LETTER_WITHDRAWN = "LetterWithdrawn"
    LETTER_BOUNCED = "LetterBounced"
    LETTER_SENT_AGAIN = "LetterSentAgain"
    CLOCK_ACCEPTED = "ClockAccepted"
    REPORT_ISSUED = "ReportIssued"
    ADDRESS_GIVEN = "AddressGiven"
    ADDRESS_REVOKED = "AddressRevoked"
    ACCOUNT_ADDED = "AccountAdded"
    ACCOUNT_CHANGED = "AccountChanged"
    ACCOUNT_JOINED = "AccountJoined"
    ACCOUNT_DISABLED = "AccountDisabled"
    ACCOUNT_ENABLED = "AccountEnabled"
    ACCOUNT_LOCKED = "AccountLocked"
    ACCOUNT_UNLOCKED = "AccountUnlocked"
    PASSWORD_SET = "PasswordSet"
    PASSWORD_CHANGED = "PasswordChanged"
    SIGNED_IN = "SignedIn"
    SESSIONS_REVOKED = "SessionsRevoked"
    EXCEPTION_GRANTED = "ExceptionGranted"
    EXCEPTION_REVOKED = "ExceptionRevoked"
    CHECK_REQUESTED = "CheckRequested"
    REPORT_REQUESTED = "ReportRequested"
    FINDING_ENTERED = "FindingEntered"
    FINDING_REVISED = "FindingRevised"
    FINDING_CLOSED = "FindingClosed"
    FINDING_REOPENED = "FindingReopened"
    TOKEN_GIVEN = "TokenGiven"
    TOKEN_REVOKED = "TokenRevoked"


@dataclass(frozen=True)
class Occasion:
    """Who acts, at what instant, on which of the office's days: one per command, job run or request.

    `account` is the name of the account of whoever is signed in; empty for commands, jobs and links.
    """

    by: str
    at: datetime
    on_day: date
    account: str = ""


@dataclass(frozen=True)
class Event:
    """One thing that happened. `about` names it: `task:…`, `flag:…`, `register:…`, `letter:…`,
    `department:…`, `finding:…`, `exception:…`, `check:…`, `account:…`, `token:…`."""

    kind: Happened
    about: str
    occasion: Occasion
    facts: Mapping[str, Any] = field(default_factory=dict)

    def with_facts(self, **more: Any) -> "Event":
        """The same, saying more."""
        return replace(self, facts={**self.facts, **more})
