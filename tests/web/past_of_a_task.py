"""A task that three departments had one after the other, with a word of its own in every text that anybody can enter."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from io import BytesIO

from tests.web.situations import (
    CARE,
    DISABILITY,
    NINE,
    OCCASION,
    PARKS,
    TODAY,
    a_letter,
    a_page_of,
    a_task,
    given,
    link_to,
    old_link_to,
)
from tracker.answering import NamedFile, Ruling, decide, enter
from tracker.attaching import attach
from tracker.domain.decisions import Approval, Approver
from tracker.domain.events import Event, Happened, Occasion
from tracker.domain.moves import change_deadline, reopen, withdraw
from tracker.domain.submissions import Decision, Submission, SubmissionKind
from tracker.domain.tasks import Task
from tracker.domain.working import comment, start
from tracker.evidence import EVIDENCE_FOLDER, EvidenceFolder
from tracker.office import Office
from tracker.storage.store import Records

FIRST, SECOND, LAST = DISABILITY, CARE, PARKS
STINTS = (FIRST, SECOND, LAST)
KEY = a_task().key
SITE = "https://zesei.city.example"


@dataclass
class Story:
    """The office's task with the words that were entered, by the department whose time they belong to."""

    office: Office
    words: dict[str, list[str]] = field(default_factory=lambda: {code: [] for code in STINTS})
    to_superiors: list[str] = field(default_factory=list)
    links: dict[str, tuple[str, str]] = field(default_factory=dict)  # new and old, by department
    pages: dict[str, str] = field(default_factory=dict)

    def word(self, code: str, kind: str) -> str:
        """A word that stands nowhere else."""
        word = f"印{kind}{code}"
        assert word not in self.words[code]
        self.words[code].append(word)
        return word

    def task(self, records: Records) -> Task:
        found = records.tasks.find(KEY)
        assert found is not None
        return found

    def act(self, change: Callable[[Task], tuple[Task, Event]]) -> None:
        with self.office.store.transaction() as records:
            records.tasks.save(*change(self.task(records)))


def a_story(office: Office) -> Story:
    """The first department has everything happen to it and denies; the second waits for the division when it ends."""
    story = Story(office)
    given(office, a_task(deadline=date(2024, 3, 15)))
    _work(story, FIRST)
    _answer(story, FIRST, SubmissionKind.NOT_OURS, named=SECOND)
    story.links[FIRST] = _links(office)
    _decide(story, FIRST, Decision.ACCEPTED, reason="")
    _work(story, SECOND)
    _answer(story, SECOND, SubmissionKind.EXTENSION, asked=TODAY + timedelta(days=60), kind="延長")
    story.links[SECOND] = _links(office)
    number = story.word(SECOND, "職員番号")  # the succession's entry names who had it there
    story.act(lambda task: replace(task, officer_no=number).carry_over(LAST, "組織改正", OCCASION))
    story.links[LAST] = _links(office)
    story.pages |= {code: a_page_of(office, code) for code in STINTS}
    return story


def accept_what_the_second_asked(story: Story) -> None:
    """The division grants what was asked before the succession; the words stay with whoever wrote them."""
    _decide(story, SECOND, Decision.ACCEPTED, reason="")
    _work(story, LAST)


def _work(story: Story, code: str) -> None:
    """Everything that can be written about a task while a department has it."""
    office = story.office
    clerk = Occasion(story.word(code, "職員"), NINE, TODAY)
    division = Occasion("情報管理課", NINE, TODAY)
    story.act(lambda task: start(replace(task, started_on=None), clerk))
    story.act(lambda task: task.assign(story.word(code, "担当"), clerk))
    with office.store.transaction() as records:
        task = story.task(records)
        records.events.append([comment(task, story.word(code, "発言"), code, clerk)])
        records.events.append([comment(task, story.word(code, "課への問い"), None, division)])
        name, content = story.word(code, "証跡.txt"), story.word(code, "証跡の中身")
        kept = EvidenceFolder(office.data_dir / EVIDENCE_FOLDER).keep(BytesIO(content.encode()), 1 << 20)
        attach(records, task, [NamedFile(f"{name}.txt", kept)], story.word(code, "証跡の説明"), code, clerk)
        (document,) = [one for one in records.submissions.attachments_of(KEY) if one.sha256 == kept.sha256]
        removed = {"file": story.word(code, "取り除いた証跡"), "sha256": "0" * 64, "department": code}
        records.events.append([
            task.happened(Happened.EVIDENCE_REMOVED, clerk, reason=story.word(code, "取り除いた理由"), **removed)
        ])  # fmt: skip
        assert document.department_code == code
    _answer(story, code, SubmissionKind.DONE)
    _decide(story, code, Decision.SENT_BACK, reason=story.word(code, "差戻しの理由"))
    story.act(lambda task: withdraw(task, story.word(code, "例外の理由"), division))
    story.act(lambda task: reopen(task, story.word(code, "対応中に戻す理由"), division))
    deadline = {FIRST: 50, SECOND: 51, LAST: 70}[code]
    approval = Approval(
        TODAY, next(one for one in Approver if one is not Approver.NOT_SAID), story.word(code, "文書番号")
    )

    def extend(task: Task) -> tuple[Task, Event]:
        extended, event = change_deadline(
            task, TODAY + timedelta(days=deadline), story.word(code, "期限の理由"), division
        )
        said = {"on": TODAY, "by": str(approval.by), "document_no": approval.document_no}
        return extended.approve(approval), event.with_facts(approval=said)

    story.act(extend)
    _write_letters(story, code)


def _write_letters(story: Story, code: str) -> None:
    link = f"{SITE}{old_link_to(story.office, replace(a_task(), department_code=code))}"
    reminder = f"reminder/{code}/2024-03-18"
    superiors = {to: f"印{to}{code}" for to in ("chief", "director", "division")}
    story.to_superiors += superiors.values()
    with story.office.store.transaction() as records:
        records.outbox.queue(
            a_letter(reminder, department_code=code, subject=story.word(code, "件名"), body_text=f"{story.word(code, '文面')} {link}",
                     body_html=f'<a href="{link}">報告</a>', addressee=story.word(code, "宛名"))
        )  # fmt: skip
        about = f"task:{KEY}"
        facts = {"letter": reminder, "department": code, "step": 0}
        records.events.append([Event(Happened.REMINDER_QUEUED, about, OCCASION, facts)])
        for to, word in superiors.items():
            key = f"escalation/{code}/{to}/2024-03-18"
            records.outbox.queue(
                a_letter(key, kind="escalation", department_code=code, subject=f"お知らせ {word}", body_text=word, addressee=word)
            )  # fmt: skip
            facts = {"letter": key, "department": code, "to": to}
            records.events.append([Event(Happened.TASK_ESCALATED, about, OCCASION, facts)])


def _answer(
    story: Story, code: str, answer: SubmissionKind, named: str | None = None, asked: date | None = None, kind: str = ""
) -> None:
    kind = kind or str(answer)
    said = Submission(
        KEY, code, answer, story.word(code, f"{kind}報告者"), story.word(code, f"{kind}報告"), NINE, TODAY,
        asked_deadline=asked, named_code=named,
    )  # fmt: skip
    with story.office.store.transaction() as records:
        content = story.word(code, f"{kind}添付の中身").encode()
        kept = EvidenceFolder(story.office.data_dir / EVIDENCE_FOLDER).keep(BytesIO(content), 1 << 20)
        file = NamedFile(f"{story.word(code, f'{kind}添付')}.txt", kept)
        enter(records, story.task(records), said, [file], Occasion(said.officer, NINE, TODAY))


def _decide(story: Story, code: str, decision: Decision, reason: str) -> None:
    with story.office.store.transaction() as records:
        pending = records.submissions.pending_of(KEY)
        assert pending is not None
        ruling = Ruling(pending.id or 0, story.task(records).version, decision, reason, CARE if code == FIRST else None)
        decide(records, ruling, OCCASION)


def _links(office: Office) -> tuple[str, str]:
    with office.store.reading() as records:
        task = records.tasks.find(KEY)
    assert task is not None
    return link_to(office, task), old_link_to(office, task)
