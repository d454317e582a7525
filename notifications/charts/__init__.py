"""Charts as SVG of our own, the same in page, mail and PDF; each can be read in black and white and says itself in words."""

from notifications.charts.status import StatusBar, status_chart
from notifications.charts.timeline import TimelineRow, timeline_chart
from notifications.charts.trend import trend_chart

__all__ = ["StatusBar", "TimelineRow", "status_chart", "timeline_chart", "trend_chart"]
