"""The council's table as of a day, from the registers of findings and plans and the events of their tasks."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from jobs.reports.findings import ToldFinding, natural, printed_number, told_findings
from notifications.reports.council import CouncilRow, CouncilTable, Footnote, LawPart
from tracker.domain.dates import wareki
from tracker.domain.events import Occasion
from tracker.law import known_clause, law_cited, law_named, law_of, laws
from tracker.office import Office
from tracker.storage.findings import FindingEntry
from tracker.storage.horizon import Horizon
from tracker.storage.retelling import Retelling
from tracker.storage.store import Records

Guidance = tuple[date | None, str, str]


def council_table(
    records: Records, office: Office, occasion: Occasion, horizon: Horizon | None = None, subject: str = ""
) -> CouncilTable:
    """The table's facts as of the occasion's day; with a horizon, as they were known when it was issued."""
    at = horizon.at if horizon else occasion.at
    found = told_findings(Retelling.on(records, occasion.on_day, horizon, weeks=1), office)
    notes = _Notes()
    return CouncilTable(
        office=office.settings.office.name, division=office.settings.office.division_name, on_day=occasion.on_day,
        as_of_at=at.astimezone(office.clock.zone), laws=tuple(_parts(found, notes)), footnotes=tuple(notes.listed),
    )  # fmt: skip


class _Notes:
    """The guides cited so far, each with its mark."""

    def __init__(self) -> None:
        self.listed = list[Footnote]()
        self.marked = set[str]()

    def mark(self, entry: FindingEntry) -> tuple[str, str]:
        """The guide's name as the clause has it and ※n, the first time a guide is cited; else nothing."""
        cited = law_cited(entry.clause_printed or "")
        clause = known_clause(entry.clause or "")
        guide = cited[0] if cited else law_of(clause) if clause else None
        if guide is None or guide.kind != "guide" or guide.id in self.marked:
            return "", ""
        self.marked.add(guide.id)
        publisher = f"（{guide.publisher}）" if guide.publisher else ""
        self.listed.append(Footnote(f"※{len(self.listed) + 1}", f"「{guide.name}」{publisher}"))
        return cited[1] if cited else entry.clause_printed or "", self.listed[-1].mark


def _parts(found: Sequence[ToldFinding], notes: _Notes) -> Iterable[LawPart]:
    guidances = dict[Guidance, list[ToldFinding]]()
    for one in found:
        guidances.setdefault(_guidance(one.entry), []).append(one)
    ordered = sorted(guidances, key=lambda guidance: (guidance[0] or date.max, *guidance[1:]))
    for guidance in ordered:
        named = _guidance_words(guidance) if len(ordered) > 1 else ""
        groups = _by_law(guidances[guidance])
        for (law, own), number in zip(groups, _numbers([own for _, own in groups]), strict=True):
            yield LawPart(number, law, tuple(_rows(own, notes)), named)


def _guidance(entry: FindingEntry) -> Guidance:
    return entry.given_on, entry.source or "", entry.document_no or ""


def _guidance_words(guidance: Guidance) -> str:
    day, source, document_no = guidance
    known = source or "　".join(filter(None, (f"{wareki(day)}の指導" if day else "", document_no)))
    return known or "指導日の登録のないもの"


def _by_law(found: Sequence[ToldFinding]) -> list[tuple[str, list[ToldFinding]]]:
    """Each law under the name that its first finding has, known laws first, in the order of the list of laws."""
    order = [law.id for law in laws()]
    groups = dict[str, list[ToldFinding]]()
    for one in found:
        known = law_named(one.entry.law)
        groups.setdefault(known.id if known else one.entry.law, []).append(one)
    ranked = sorted(groups, key=lambda key: order.index(key) if key in order else len(order))
    return [(groups[key][0].entry.law, groups[key]) for key in ranked]


def _numbers(groups: Sequence[Sequence[ToldFinding]]) -> list[int]:
    """The numbers of the laws as the paper printed them, where it did and they are not the same; else counted."""
    printed = [{_printed(one)[0] for one in own} for own in groups]
    if all(len(one) == 1 and None not in one for one in printed):
        found = [number for one in printed for number in one if number is not None]
        if len(set(found)) == len(found) and found == sorted(found):
            return found
    return list(range(1, len(groups) + 1))


def _printed(one: ToldFinding) -> tuple[int | None, int | None]:
    """Law and place of 1(2); neither where the number is none of a paper."""
    parts = [part for kind, part in natural(printed_number(one.entry.finding_no)) if kind == 0]
    if printed_number(one.entry.finding_no) == one.entry.finding_no or len(parts) != 2:
        return None, None
    return int(parts[0]), int(parts[1])


def _rows(own: Sequence[ToldFinding], notes: _Notes) -> Iterable[CouncilRow]:
    places = [_printed(one)[1] for one in own]
    are_printed = None not in places and max(Counter(places).values()) == 1
    for count, (one, place) in enumerate(zip(own, places, strict=True), 1):
        cited, mark = notes.mark(one.entry)
        yield CouncilRow(
            number=f"({place if are_printed else count})", full_number=one.entry.finding_no, subject=one.entry.subject,
            gist=one.entry.gist, clause=one.entry.clause_printed or "", measures=one.measures, cited=cited, mark=mark,
        )  # fmt: skip
