"""The parts of the document: observations of what checks saw, risks with what is done about them, findings, items."""

from collections.abc import Iterator
from dataclasses import dataclass

from tracker.domain.dates import wareki
from tracker.domain.past_records import HeldException, SeenFlag
from tracker.domain.tasks import Origin
from tracker.exports.oscal.grounds import Ground, Grounds
from tracker.exports.oscal.remedies import Remedies
from tracker.exports.oscal.writing import NOT_WRITTEN, Json, line, prop, prose, token, without_nothing

EXCEPTED = "例外"
FINDING_FACTS = (
    "law", "clause", "clause_printed", "given_on", "given_by", "guidance_kind", "document_no", "systems_printed", "source",
)  # fmt: skip


@dataclass(frozen=True)
class Parts:
    """The grounds and the tasks of a day, written part by part."""

    grounds: Grounds
    remedies: Remedies

    def observations(self) -> list[Json]:
        """What each check saw and had not seen cleared."""
        return [self._observation(flag) for flag in self.grounds.flags]

    def risks(self) -> list[Json]:
        """One of each ground that has tasks or is a finding, and one that is accepted of each exception."""
        grounds = [self._risk(ground) for ground in self.grounds.all if self._has_risk(ground)]
        return grounds + [self._accepted(one) for one in self.grounds.exceptions]

    def findings(self) -> list[Json]:
        """Each point of the authority's guidance."""
        return [self._finding(ground) for ground in self.grounds.all if ground.finding]

    def items(self) -> list[Json]:
        """What is planned: one item of each ground; of an exception whose check saw nothing any more, its own."""
        checks = {ground.ref for ground in self.grounds.all if ground.origin is Origin.FLAG}
        alone = [self._item_of_exception(one) for one in self.grounds.exceptions if one.check not in checks]
        return [self._item(ground) for ground in self.grounds.all] + alone

    def _has_risk(self, ground: Ground) -> bool:
        return bool(ground.tasks) or ground.finding is not None

    def _observation(self, flag: SeenFlag) -> Json:
        then = self.grounds.told.retold.tasks.get(flag.task_key)
        day = then.opened_on if then else self.grounds.told.day
        return {
            "uuid": self._observed(flag), "title": line(self.grounds.check_title(flag.check)),
            "description": prose(flag.summary), "methods": ["EXAMINE"], "types": ["discovery"],
            "props": [prop("check", flag.check), prop("subject", flag.subject), prop("task-key", flag.task_key)],
            "collected": self.remedies.pen.start_of(day),
        }  # fmt: skip

    def _risk(self, ground: Ground) -> Json:
        status = "closed" if ground.is_settled else "remediating" if ground.tasks else "open"
        gist = ground.finding.gist if ground.finding else self.grounds.title_of(ground)
        log = self.remedies.log(ground.tasks) + list(self._closing(ground))
        return without_nothing({
            "uuid": self._risk_uuid(ground), "title": line(self.grounds.title_of(ground)), "description": prose(gist),
            "statement": prose(self._statement(ground)), "status": status,
            "deadline": self.remedies.deadline_of(ground.tasks),
            "remediations": [self.remedies.response(task) for task in ground.tasks],
            "risk-log": {"entries": log} if log else None,
            "related-observations": self._related(ground) if ground.tasks else [],
        })  # fmt: skip

    def _statement(self, ground: Ground) -> str:
        if not ground.finding:
            return self.grounds.title_of(ground)
        return f"{ground.finding.law}　{ground.finding.clause or ground.finding.clause_printed or ''}"

    def _closing(self, ground: Ground) -> Iterator[Json]:
        if event := ground.closed:
            yield {
                "uuid": self.remedies.pen.uuid("event", event.id), "title": "指導事項の完了",
                "description": prose(str(event.facts.get("note") or "")), "start": self.remedies.pen.instant(event.at),
                "props": [prop("by", event.by)], "status-change": "closed",
            }  # fmt: skip

    def _accepted(self, one: HeldException) -> Json:
        pen = self.remedies.pen
        own = self.grounds.flags_under(one)
        until = wareki(one.until)
        return without_nothing({
            "uuid": self._exception_uuid(one), "title": line(f"{EXCEPTED}　{self.grounds.check_title(one.check)}　{one.subject}"),
            "description": prose(f"{until}まで例外としています。", f"承認者　{one.approved_by}"),
            "statement": prose(one.reason), "status": "deviation-approved", "deadline": pen.end_of(one.until),
            "props": [
                prop("check", one.check), prop("subject", one.subject), prop("approved-by", one.approved_by),
                prop("expires", one.until),
            ],
            "risk-log": {"entries": [without_nothing({
                "uuid": pen.uuid("granted", one.check, one.subject, one.granted_on), "title": EXCEPTED,
                "description": prose(one.reason), "start": pen.start_of(one.granted_on), "end": pen.end_of(one.until),
                "props": [prop("approved-by", one.approved_by)], "status-change": "deviation-approved",
            })]},
            "related-observations": [{"observation-uuid": self._observed(flag)} for flag in own],
        })  # fmt: skip

    def _finding(self, ground: Ground) -> Json:
        assert ground.finding is not None
        finding = ground.finding
        facts = [(name, getattr(finding, name)) for name in FINDING_FACTS]
        return {
            "uuid": self.remedies.pen.uuid("finding", ground.ref), "title": line(finding.subject),
            "description": prose(finding.gist),
            "props": [prop("finding-no", ground.ref)]
            + [prop(name.replace("_", "-"), value) for name, value in facts if value],
            "target": {
                "type": "statement-id", "target-id": token(ground.ref),
                "status": {"state": "satisfied" if ground.is_settled else "not-satisfied"},
            },
            "related-risks": [{"risk-uuid": self._risk_uuid(ground)}],
        }  # fmt: skip

    def _item(self, ground: Ground) -> Json:
        pen, title = self.remedies.pen, self.grounds.title_of(ground)
        accepted = [one for one in self.grounds.exceptions if ground.origin is Origin.FLAG and one.check == ground.ref]
        risks = [self._risk_uuid(ground)] if self._has_risk(ground) else []
        risks += [self._exception_uuid(one) for one in accepted]
        return without_nothing({
            "uuid": pen.uuid("item", ground.origin, ground.ref), "title": line(title),
            "description": prose(ground.finding.gist if ground.finding else title),
            "props": [prop("origin", ground.origin), prop("ref", ground.ref)],
            "related-findings": [{"finding-uuid": pen.uuid("finding", ground.ref)}] if ground.finding else [],
            "related-observations": self._related(ground),
            "related-risks": [{"risk-uuid": uuid} for uuid in risks],
        })  # fmt: skip

    def _item_of_exception(self, one: HeldException) -> Json:
        return {
            "uuid": self.remedies.pen.uuid("item", EXCEPTED, one.check, one.subject),
            "title": line(f"{EXCEPTED}　{self.grounds.check_title(one.check)}　{one.subject}"),
            "description": prose(one.reason or NOT_WRITTEN),
            "related-risks": [{"risk-uuid": self._exception_uuid(one)}],
        }  # fmt: skip

    def _related(self, ground: Ground) -> list[Json]:
        seen = self.grounds.flags_of(ground.ref) if ground.origin is Origin.FLAG else ()
        return [{"observation-uuid": self._observed(flag)} for flag in seen]

    def _observed(self, flag: SeenFlag) -> str:
        return self.remedies.pen.uuid("observation", flag.task_key)

    def _risk_uuid(self, ground: Ground) -> str:
        return self.remedies.pen.uuid("risk", ground.origin, ground.ref)

    def _exception_uuid(self, one: HeldException) -> str:
        return self.remedies.pen.uuid("exception", one.check, one.subject)
