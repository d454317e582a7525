"""Where reports look for the retelling of the trail; it lives in storage, for exports tell the same."""

from tracker.storage.retelling import TREND_WEEKS, WEEK, Retelling, as_task, end_of_day

__all__ = ["TREND_WEEKS", "WEEK", "Retelling", "as_task", "end_of_day"]
