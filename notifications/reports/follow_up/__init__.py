"""The follow-up form: its values, its paper and its stored form."""

from notifications.reports.follow_up.keeping import follow_up_from_json, follow_up_to_json
from notifications.reports.follow_up.paper import follow_up_paper
from notifications.reports.follow_up.values import FollowUpForm, FollowUpRow

__all__ = ["FollowUpForm", "FollowUpRow", "follow_up_from_json", "follow_up_paper", "follow_up_to_json"]
