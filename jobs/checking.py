"""Running checks: ask, compare with what was open, raise and clear flags and their tasks, write the run down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from jobs.check_results import CheckResult, Seen
from jobs.checks import all_checks
from jobs.checks.check import Check, Values
from jobs.still_seen import reopen_what_is_still_seen
from tracker.domain.calendar import OfficeCalendar
from tracker.domain.dates import wareki
from tracker.domain.errors import CommandRefused, SettingsRefused
from tracker.domain.events import Event, Happened, Occasion
from tracker.domain.exceptions import FlagException, marked
from tracker.domain.flags import CheckState, Comparison, Flag, Sighting, compare
from tracker.domain.registers import BY_STEM
from tracker.domain.tasks import Origin, Task
from tracker.excepting import follow_exceptions, silence_new
from tracker.law import clause_normalised
from tracker.settings import Settings
from tracker.storage.checks import CatalogueEntry, CheckRun
from tracker.storage.owners import Owners, changes_by_day, owners_of
from tracker.storage.store import Records, Store

OWNERLESS = (
    "台帳「{stem}」の{rows:,}件のうち{unknown:,}件は、{header}が台帳「{target}」にありません。"
    "番号の書き方（先頭の0など）が二つの台帳で違っていないか確かめて、取り込み直してください。"
)
CLEARED_NOTE = "検査で解消を確認しました。"
MOVED_REASON = "検査の対象の期限が変わりました。"


def checks_named(names: Sequence[str]) -> list[Check]:
    """The checks of these names, all for none; CommandRefused for a name that no check has."""
    known = {check.name: check for check in all_checks()}
    for name in names:
        if name not in known:
            raise CommandRefused(f"検査「{name}」はありません。次のどれかを指定してください: {'、'.join(known)}")
    return [known[name] for name in names] if names else list(known.values())


def values_of(check: Check, settings: Settings) -> Values:
    """The numbers a check goes by: its defaults, with what the office set; SettingsRefused for an unknown key."""
    own = settings.checks.get(check.name, {})
    for key in own:
        if key not in check.defaults:
            raise SettingsRefused(f"設定 checks.{check.name} に「{key}」というキーはありません。")
    return {**check.defaults, **own}


def refuse_unknown_check_settings(settings: Settings) -> None:
    """Raise for settings of a check that does not exist, or a key that a check does not have."""
    known = {check.name: check for check in all_checks()}
    for name in settings.checks:
        if name not in known:
            raise SettingsRefused(f"設定 checks に「{name}」という検査はありません。")
        values_of(known[name], settings)
    for name in settings.reminders.kind:
        if name not in known:
            raise SettingsRefused(f"設定 reminders.kind に「{name}」という検査はありません。")


def write_catalogue(store: Store) -> None:
    """Store the checks in words, for their pages."""
    entries = [
        CatalogueEntry(c.name, c.position, c.title, c.looks_for, clause_normalised(c.ground) or c.ground, c.reads)
        for c in all_checks()
    ]
    with store.reading() as records:
        same = records.checks.catalogue() == entries
    if not same:
        with store.transaction() as records:
            records.checks.write_catalogue(entries)


@dataclass(frozen=True)
class Checker:
    """Runs checks on one day, for one occasion."""

    settings: Settings
    calendar: OfficeCalendar
    occasion: Occasion
    today: date  # by the clock: a run for a later day must not stand in the way of the real ones
    requested_by: str = ""  # who asked for this run with a click, when somebody did

    @property
    def on(self) -> date:
        """The office's day that is looked at."""
        return self.occasion.on_day

    def run(self, store: Store, check: Check, job_run_id: int | None = None) -> CheckResult:
        """Run one check in one transaction; a day before its latest run is answered from history."""
        with store.reading() as records:
            if self._is_past(records, check):
                return self._from_history(records, check)
        with store.transaction() as records:
            if job_run_id is not None:
                records.job_runs.got_on(job_run_id)
            return self.look(records, check, job_run_id)

    def record_failure(self, store: Store, check: Check, trouble: str, job_run_id: int | None = None) -> CheckResult:
        """Write down that a check could not look: what it saw before must not pass for today's answer."""
        with store.transaction() as records:
            past = self._is_past(records, check)
            flags = records.flags.open_on(self.on, check.name) if past else self._still_open(records, check)
            seen = Seen.parted(flags, self._holding(records, check))
            if not past:
                records.checks.record_run(
                    CheckRun(
                        check.name, self.on, CheckState.FAILED, flagged=len(seen.flags), message=trouble,
                        job_run_id=job_run_id, ended_at=self.occasion.at, excepted=len(seen.exceptions),
                        requested_by=self.requested_by,
                    )
                )  # fmt: skip
        return CheckResult.failure(check, self.on, trouble, seen, from_history=past)

    def _is_past(self, records: Records, check: Check) -> bool:
        latest = records.checks.latest_run(check.name, until=max(self.today, self.on))
        return latest is not None and latest.on_day > self.on

    def look(self, records: Records, check: Check, job_run_id: int | None = None) -> CheckResult:
        """Look at the registers and remember what is seen, in the caller's transaction."""
        registers, as_of, stale = self._freshness(records, check)
        if stale:
            seen = Seen.parted(self._still_open(records, check), self._holding(records, check))
            result = CheckResult(
                check.name, self.on, CheckState.STALE, 0, as_of, seen.flags, stale, exceptions=seen.exceptions
            )
        else:
            comparison = compare(self._ask(records, check), records.flags.open_of(check.name))
            holding = self._holding(records, check)
            seen = Seen.parted(self._remember(records, check, comparison, holding), holding)
            if as_of is not None:
                reopen_what_is_still_seen(records, check.name, as_of, self.occasion)
            opened = sum(sighting.subject not in holding for sighting in comparison.new)
            result = CheckResult(
                check.name, self.on, seen.state, records.checks.count(check.counts, self.on), as_of, seen.flags, "",
                opened, len(comparison.gone), exceptions=seen.exceptions,
            )  # fmt: skip
        records.checks.record_run(
            CheckRun(
                check.name, self.on, result.state, result.examined, len(result.flags), result.opened, result.cleared,
                as_of, registers, result.message, job_run_id, self.occasion.at, len(result.exceptions),
                self.requested_by,
            )
        )  # fmt: skip
        return result

    def _holding(self, records: Records, check: Check) -> dict[str, FlagException]:
        return records.exceptions.holding(check.name, self.on)

    def _still_open(self, records: Records, check: Check) -> tuple[Flag, ...]:
        """What was open before a run that could not look; an exception ends on its day all the same."""
        return follow_exceptions(records, records.flags.open_of(check.name), self.calendar, self.occasion)

    def _ask(self, records: Records, check: Check) -> list[Sighting]:
        values = values_of(check, self.settings)
        rows = records.checks.ask(
            check.query, on=self.on, registers=check.reads, answers=check.answers, **check.bind(values, self.on)
        )
        return [check.sighting(row, self.on, values) for row in rows]

    def _freshness(self, records: Records, check: Check) -> tuple[Mapping[str, Any], date | None, str]:
        """What is known of each register that is read, the oldest as-of day, and why they are too old if so."""
        ages, troubles, days = dict[str, Any](), list[str](), list[date]()
        for stem in check.reads:
            newest = records.versions(BY_STEM[stem]).newest_import(self.on, by_hand=False)
            limit = self.settings.register_settings(stem).max_age_days
            ages[stem] = {"as_of": newest.as_of.isoformat() if newest else None, "max_age_days": limit}
            if newest is None:
                troubles.append(f"台帳「{stem}」が取り込まれていません。")
            else:
                days.append(newest.as_of)
                troubles += self._ownerless(records, check, stem, ages[stem])
                if (age := (self.on - newest.as_of).days) > limit:
                    troubles.append(f"台帳「{stem}」は{wareki(newest.as_of)}のもので、{age}日前です（上限{limit}日）。")
        return ages, min(days, default=None), "".join(troubles)

    def _ownerless(self, records: Records, check: Check, stem: str, known: dict[str, Any]) -> list[str]:
        """What is wrong when many rows of a register are nobody's; counted once for the files that hold."""
        register = BY_STEM[stem]
        references = [r for r in register.references if r.is_owner and not check.looks_for_owners]
        troubles = list[str]()
        for reference in references:
            newest = [records.versions(BY_STEM[one]).newest_import(self.on) for one in (stem, reference.register)]
            of = [one.id if one else 0 for one in newest]
            owners = self._counted_before(records, check, stem, of) or owners_of(
                records.connection, register, reference, self.on
            )
            if owners is None:
                continue
            known["owners"] = {"of": of, "on": self.on.isoformat(), "rows": owners.rows, "unknown": owners.unknown}
            if owners.are_lost(self.settings.register_settings(stem).max_unknown_percent):
                header = next(column.header for column in register.columns if column.name == reference.column)
                troubles.append(
                    OWNERLESS.format(
                        stem=stem, rows=owners.rows, unknown=owners.unknown, header=header, target=reference.register
                    )
                )
        return troubles

    def _counted_before(self, records: Records, check: Check, stem: str, of: list[int]) -> Owners | None:
        run = records.checks.latest_run(check.name)
        owners = ((run.registers or {}).get(stem) or {}).get("owners") if run else None
        if not owners or owners["of"] != of or (changes_by_day(stem) and owners["on"] != self.on.isoformat()):
            return None
        return Owners(owners["rows"], owners["unknown"])

    def _remember(
        self, records: Records, check: Check, comparison: Comparison, holding: Mapping[str, FlagException]
    ) -> tuple[Flag, ...]:
        """Raise, change and clear flags with their tasks; the flags that are seen afterwards."""
        raised = self._raise(records, check, comparison.new, holding)
        seen = [self._seen_again(check, flag, sighting) for flag, sighting in comparison.still]
        changed = [(old, new) for (old, _), new in zip(comparison.still, seen, strict=True) if _told(old) != _told(new)]
        records.flags.save_all([new for _, new in changed])
        records.flags.seen_on(check.name, self.on)
        self._follow(records, [pair for pair in changed if _whose_and_when(pair[0]) != _whose_and_when(pair[1])])
        self._clear(records, comparison.gone)
        followed = follow_exceptions(records, seen, self.calendar, self.occasion)
        return tuple(sorted((*followed, *raised), key=lambda flag: flag.key))

    def _raise(
        self, records: Records, check: Check, new: Sequence[Sighting], holding: Mapping[str, FlagException]
    ) -> list[Flag]:
        times = records.flags.times_seen(check.name, [sighting.key for sighting in new])
        raised = [marked(self._flag(check, s, times.get(s.key, 0) + 1), holding) for s in new]
        records.flags.raise_all(raised)
        tasks = {flag.task_key: _task(check, s, flag) for s, flag in zip(new, raised, strict=True)}
        records.tasks.open_all(list(tasks.values()), self.occasion)
        records.events.append(_event(Happened.FLAG_RAISED, flag, self.occasion) for flag in raised)
        silence_new(records, raised, tasks, self.occasion)
        return raised

    def _flag(self, check: Check, sighting: Sighting, times: int) -> Flag:
        return Flag(
            check_name=check.name, key=sighting.key, subject=sighting.subject, summary=sighting.summary,
            department_code=sighting.department_code, deadline=self._deadline(check, sighting, self.on),
            first_seen_on=self.on, last_seen_on=self.on, details=_plain(sighting.details),
            task_key=f"flag:{check.name}/{sighting.key}~{times}",
        )  # fmt: skip

    def _deadline(self, check: Check, sighting: Sighting, first_seen_on: date) -> date:
        if sighting.deadline is not None:
            return sighting.deadline
        days = int(values_of(check, self.settings)["answer_days"])
        return self.calendar.open_day_from(first_seen_on + timedelta(days=days))

    def _seen_again(self, check: Check, flag: Flag, sighting: Sighting) -> Flag:
        # A run for a day ahead may have seen it first: what counts is the first real day.
        deadline = self._deadline(check, sighting, self.on) if flag.first_seen_on > self.on else flag.deadline
        # Whose it is may no longer be known, because a contract left its register: then it stays with whom it was.
        department_code = sighting.department_code or flag.department_code
        return replace(
            flag, summary=sighting.summary, details=_plain(sighting.details), department_code=department_code,
            first_seen_on=min(flag.first_seen_on, self.on), last_seen_on=max(flag.last_seen_on, self.on),
            deadline=sighting.deadline or deadline,
        )  # fmt: skip

    def _follow(self, records: Records, changed: list[tuple[Flag, Flag]]) -> None:
        """Tasks follow their flags: to another department, and to the day that the rule has moved to."""
        tasks, changes = records.tasks.by_keys([new.task_key for _, new in changed]), list[tuple[Task, Event]]()
        for old, new in changed:
            if (task := tasks.get(new.task_key)) is None:
                continue
            if new.department_code not in (old.department_code, task.department_code):
                task, event = task.hand_over(new.department_code, self.occasion)
                changes.append((task, event))
            if (new.deadline, new.first_seen_on) != (old.deadline, old.first_seen_on):
                task = replace(task, opened_on=min(task.opened_on, new.first_seen_on))
                changes.append(task.extend(new.deadline, "", MOVED_REASON, self.occasion))
        records.tasks.save_all(changes)

    def _clear(self, records: Records, gone: Sequence[Flag]) -> None:
        records.flags.save_all([replace(flag, cleared_on=self.on) for flag in gone])
        records.events.append(_event(Happened.FLAG_CLEARED, flag, self.occasion) for flag in gone)
        tasks = records.tasks.by_keys([flag.task_key for flag in gone])
        records.tasks.save_all([task.complete(CLEARED_NOTE, self.occasion) for task in tasks.values() if task.is_open])

    def _from_history(self, records: Records, check: Check) -> CheckResult:
        """The same question to the registers as known on that day; what was seen then keeps its days."""
        _, as_of, stale = self._freshness(records, check)
        known = {flag.key: flag for flag in records.flags.open_on(self.on, check.name)}
        holding = self._holding(records, check)
        if stale:
            seen, state, examined = Seen.parted(known.values(), holding), CheckState.STALE, 0
        else:
            sightings = self._ask(records, check)
            seen = Seen.parted((self._as_then(check, s, known.get(s.key)) for s in sightings), holding)
            state, examined = seen.state, records.checks.count(check.counts, self.on)
        return CheckResult(
            check.name, self.on, state, examined, as_of, seen.flags, stale, from_history=True,
            exceptions=seen.exceptions,
        )  # fmt: skip

    def _as_then(self, check: Check, sighting: Sighting, known: Flag | None) -> Flag:
        if known is None:
            return self._flag(check, sighting, 1)
        deadline = sighting.deadline or known.deadline
        return replace(known, summary=sighting.summary, details=_plain(sighting.details), deadline=deadline)


def _task(check: Check, sighting: Sighting, flag: Flag) -> Task:
    return Task(
        key=flag.task_key, origin=Origin.FLAG, origin_ref=f"{check.name}/{flag.key}", title=sighting.title,
        body=sighting.summary, department_code=flag.department_code, department_printed="",
        deadline=flag.deadline, first_deadline=flag.deadline, deadline_printed="", opened_on=flag.first_seen_on,
    )  # fmt: skip


def _event(kind: Happened, flag: Flag, occasion: Occasion) -> Event:
    return Event(kind, f"flag:{flag.check_name}/{flag.key}", occasion, {"summary": flag.summary, "task": flag.task_key})


def _told(flag: Flag) -> tuple[Any, ...]:
    """What is written anew when it changed; that a flag was seen again is noted for all of a check at once."""
    return flag.summary, flag.details, _whose_and_when(flag)


def _whose_and_when(flag: Flag) -> tuple[Any, ...]:
    return flag.department_code, flag.deadline, flag.first_seen_on


def _plain(details: Mapping[str, Any]) -> dict[str, Any]:
    """Details as JSON keeps them: days in ISO form."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in details.items()}
