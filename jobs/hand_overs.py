"""The hand-over job: after a reorganisation, the open tasks of an ended department go to its one successor."""

from dataclasses import replace

from jobs.runner import Work
from tracker.handing_over import carry_over, estates


def hand_over_tasks(work: Work) -> None:
    """Carry over what is clear; say how much waits for somebody to choose. Never ahead of the day itself."""
    today = work.office.clock.day_of(work.occasion.at)
    occasion = replace(work.occasion, on_day=min(work.occasion.on_day, today))
    with work.office.store.transaction() as records:
        moved = carry_over(records, occasion)
        left = estates(records, occasion.on_day)
    notes = [f"{len(moved)}課の対応{sum(moved.values())}件を引き継ぎました" if moved else ""]
    notes += [f"引き継ぎ先の決まらない課 {len(left)}課（{sum(one.open for one in left)}件）" if left else ""]
    work.summary = "、".join(filter(None, notes))
