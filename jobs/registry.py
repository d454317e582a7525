"""Which function each scheduled job is."""

from collections.abc import Mapping

from jobs.bounces import read_bounce_mailbox
from jobs.check_runs import run_checks
from jobs.delivery import deliver
from jobs.forecast import keep_forecast
from jobs.hand_overs import hand_over_tasks
from jobs.intake import take_in
from jobs.morning import remind
from jobs.reports.monday import issue_weekly_report
from jobs.reports.requested import issue_requested_reports
from jobs.requested_checks import run_requested_checks
from jobs.runner import Job, Runner
from jobs.timetable import Timetable
from jobs.unanswered import tell_unanswered
from tracker.office import Office

JOBS: Mapping[str, Job] = {
    "intake": take_in,
    "checks": run_checks,
    "requested_checks": run_requested_checks,
    "requested_reports": issue_requested_reports,
    "handovers": hand_over_tasks,
    "reminders": remind,
    "weekly_report": issue_weekly_report,
    "unanswered": tell_unanswered,
    "forecast": keep_forecast,
    "delivery": deliver,
    "bounces": read_bounce_mailbox,
}


def runner_of(office: Office) -> Runner:
    """The runner of an office's jobs."""
    timetable = Timetable(office.settings.timetable, office.calendar, office.clock.zone)
    return Runner(office, JOBS, timetable)
