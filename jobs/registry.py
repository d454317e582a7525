"""Which function each scheduled job is; its module is read when it runs, for a command needs one of them at most."""

from collections.abc import Mapping
from importlib import import_module

from jobs.runner import Job, Runner, Work
from jobs.timetable import Timetable
from tracker.office import Office


def _job(module: str, function: str) -> Job:
    def run(work: Work) -> None:
        getattr(import_module(module), function)(work)

    return run


JOBS: Mapping[str, Job] = {
    "inspection": _job("jobs.inspection", "inspect_installation"),
    "backup": _job("jobs.backups", "take_nightly_backup"),
    "intake": _job("jobs.intake", "take_in"),
    "checks": _job("jobs.check_runs", "run_checks"),
    "requested_checks": _job("jobs.requested_checks", "run_requested_checks"),
    "requested_reports": _job("jobs.reports.requested", "issue_requested_reports"),
    "handovers": _job("jobs.hand_overs", "hand_over_tasks"),
    "reminders": _job("jobs.morning", "remind"),
    "weekly_report": _job("jobs.reports.monday", "issue_weekly_report"),
    "unanswered": _job("jobs.unanswered", "tell_unanswered"),
    "forecast": _job("jobs.forecast", "keep_forecast"),
    "delivery": _job("jobs.delivery", "deliver"),
    "bounces": _job("jobs.bounces", "read_bounce_mailbox"),
}


def runner_of(office: Office) -> Runner:
    """The runner of an office's jobs."""
    timetable = Timetable(office.settings.timetable, office.calendar, office.clock.zone)
    return Runner(office, JOBS, timetable)
