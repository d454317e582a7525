"""Which function each scheduled job is; each is imported when it runs, for most commands run one or none."""

from collections.abc import Mapping

from jobs.runner import Job, Runner, Work
from jobs.timetable import Timetable
from tracker.office import Office


def _intake(work: Work) -> None:
    from jobs.intake import take_in

    take_in(work)


def _checks(work: Work) -> None:
    from jobs.check_runs import run_checks

    run_checks(work)


def _requested_checks(work: Work) -> None:
    from jobs.requested_checks import run_requested_checks

    run_requested_checks(work)


def _handovers(work: Work) -> None:
    from jobs.hand_overs import hand_over_tasks

    hand_over_tasks(work)


def _reminders(work: Work) -> None:
    from jobs.morning import remind

    remind(work)


def _weekly_report(work: Work) -> None:
    from jobs.reports.monday import issue_weekly_report

    issue_weekly_report(work)


def _unanswered(work: Work) -> None:
    from jobs.unanswered import tell_unanswered

    tell_unanswered(work)


def _forecast(work: Work) -> None:
    from jobs.forecast import keep_forecast

    keep_forecast(work)


def _delivery(work: Work) -> None:
    from jobs.delivery import deliver

    deliver(work)


def _bounces(work: Work) -> None:
    from jobs.bounces import read_bounce_mailbox

    read_bounce_mailbox(work)


JOBS: Mapping[str, Job] = {
    "intake": _intake,
    "checks": _checks,
    "requested_checks": _requested_checks,
    "handovers": _handovers,
    "reminders": _reminders,
    "weekly_report": _weekly_report,
    "unanswered": _unanswered,
    "forecast": _forecast,
    "delivery": _delivery,
    "bounces": _bounces,
}


def runner_of(office: Office) -> Runner:
    """The runner of an office's jobs."""
    timetable = Timetable(office.settings.timetable, office.calendar, office.clock.zone)
    return Runner(office, JOBS, timetable)
