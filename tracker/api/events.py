"""経過: the whole trail, oldest first, so that a program can go on where it stopped."""

from typing import Annotated

from fastapi import Query
from pydantic import Field

from tracker.api.calls import Calling
from tracker.api.paging import Page, Paged, cursor_of, number_in, page_of, place_of
from tracker.api.routes import WATCHERS, Resources
from tracker.api.shapes.events import EventShown
from tracker.api.shapes.fields import InQuery, Line
from tracker.domain.events import Happened
from tracker.storage.screens.onward import events_after

routes = Resources("経過")


class EventsAsked(Paged):
    """Which entries are asked for."""

    after: InQuery = Field(
        default=0, description="この通し番号より後。前に読んだ最後の id を入れると、その後に起きたことだけを読める"
    )
    about: Line = Field(default="", max_length=500, description="何について（task:キー など）")
    kind: Happened | None = Field(default=None, description="何が起きたか")


@routes.reads("/events", roles=WATCHERS, problems=(422,))
def list_events(call: Calling, asked: Annotated[EventsAsked, Query()]) -> Page[EventShown]:
    """経過の一覧（古い順）"""
    after = max(place_of(asked.cursor, number_in) or 0, asked.after)
    with call.office.store.reading() as records:
        found = events_after(records.connection, asked.about, str(asked.kind or ""), after, asked.limit + 1)
    return page_of(found, asked.limit, EventShown.model_validate, lambda event: cursor_of(event.id))
