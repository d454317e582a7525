"""検索: one box for tasks, findings, registers and letters; each word typed must stand in what is found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from starlette.responses import HTMLResponse

from tracker.domain.registers import ACCOUNT, FINDING, Register
from tracker.domain.searching import Word, words_of
from tracker.domain.tasks import Task
from tracker.storage.screens.accounts import AccountLine, accounts_like
from tracker.storage.search import LETTER, TASK
from tracker.storage.search_entries import found_registers
from tracker.web.display import link
from tracker.web.marking import Piece, marked, snippet
from tracker.web.routes import READERS, WATCHERS, Routes
from tracker.web.visit import Visit, Visiting

routes = Routes()
Kinds = set[str] | None  # of which something is found; None: of any, perhaps
SHOWN, SHOWN_OF_A_REGISTER = 10, 5


@dataclass(frozen=True)
class Line:
    """One thing that was found; `path` is empty where who asks has no page of it."""

    title: Sequence[Piece]
    more: Sequence[Piece]
    ref: str
    path: str = ""
    code: str = ""
    department_code: str | None = None
    on_day: date | None = None
    task: Task | None = None


@dataclass(frozen=True)
class Group:
    """What was found of one kind, the newest first; `all_path` leads to all of it where there is more."""

    label: str
    lines: Sequence[Line]
    has_more: bool
    all_path: str


@routes.page("/search", who=READERS)
def show(visit: Visiting) -> HTMLResponse:
    """What all the words stand in, by kind."""
    typed = visit.asked("q")
    words = words_of(typed)
    groups = [group for group in _groups(visit, typed, words) if group.lines] if words else []
    return visit.page(
        "search/show.html",
        typed=typed,
        typed_words=typed,
        words_typed=[w.text for w in words],
        groups=groups,
        nav="search",
    )


def _groups(visit: Visit, typed: str, words: Sequence[Word]) -> Iterator[Group]:
    kinds = None if visit.account.is_of_department else visit.records.search.kinds_with(words)
    yield _tasks(visit, typed, words, kinds)
    watches = visit.account.role in WATCHERS
    if watches:
        yield _findings(visit, words, kinds)
        for register in found_registers():
            if register is not FINDING:
                yield _register(visit, register, typed, words, kinds)
        if len(words) == 1:
            yield _accounts(visit, typed, words[0])
    yield _letters(visit, typed, words, kinds, with_links=watches)


def _tasks(visit: Visit, typed: str, words: Sequence[Word], kinds: Kinds) -> Group:
    group = _group(visit, "対応", TASK, words, kinds, link("tasks", standing="all", q=typed))
    tasks = visit.records.tasks.by_keys(line.ref for line in group.lines)
    lines = [replace(line, path=link("tasks", line.ref), task=tasks[line.ref]) for line in group.lines]
    return replace(group, lines=lines)


def _findings(visit: Visit, words: Sequence[Word], kinds: Kinds) -> Group:
    group = _group(visit, "指導事項", FINDING.noun, words, kinds, link("findings"))
    lines = [replace(line, path=link("findings", line.ref), code=line.ref) for line in group.lines]
    return replace(group, lines=lines)


def _register(visit: Visit, register: Register, typed: str, words: Sequence[Word], kinds: Kinds) -> Group:
    path, stem = link("registers", register.stem, q=typed), register.stem
    group = _group(visit, f"台帳「{stem}」", register.noun, words, kinds, path, SHOWN_OF_A_REGISTER)
    lines = [replace(line, path=link("registers", stem, q=line.ref), code=line.ref) for line in group.lines]
    return replace(group, lines=lines)


def _letters(visit: Visit, typed: str, words: Sequence[Word], kinds: Kinds, *, with_links: bool) -> Group:
    group = _group(visit, "通知", LETTER, words, kinds, link("letters", q=typed) if with_links else "")
    group = replace(group, lines=_told(visit, group.lines))
    if not with_links:
        return group
    numbers = visit.records.outbox.numbers_of(line.ref for line in group.lines)
    return replace(group, lines=[replace(line, path=link("letters", numbers[line.ref])) for line in group.lines])


def _told(visit: Visit, lines: Sequence[Line]) -> list[Line]:
    """The letters that whoever is signed in may know of."""
    reader = visit.account.audience
    if reader.sees_all:
        return list(lines)
    told = {one.key for one in reader.letters(visit.records.outbox.by_keys(line.ref for line in lines).values())}
    return [line for line in lines if line.ref in told]


def _accounts(visit: Visit, typed: str, word: Word) -> Group:
    found, has_more = accounts_like(visit.connection, typed, visit.today, SHOWN_OF_A_REGISTER)
    path = link("registers", ACCOUNT.stem, q=typed)
    return Group(f"台帳「{ACCOUNT.stem}」", [_account(account, word) for account in found], has_more, path)


def _account(account: AccountLine, word: Word) -> Line:
    more = f"職員番号 {account.staff_no or 'なし'}　{account.access_right or ''}　{account.state}"
    path = link("registers", ACCOUNT.stem, q=account.user_id)
    title, rest = (marked(text, [word.text]) for text in (account.user_id, more))
    return Line(title, rest, account.user_id, path, account.system_code)


def _group(
    visit: Visit, label: str, kind: str, words: Sequence[Word], kinds: Kinds, all_path: str, limit: int = SHOWN
) -> Group:
    """What is found of one kind; of a department's account only what is its own."""
    account, texts = visit.account, [word.text for word in words]
    own = account.department_code if account.is_of_department else None
    if kinds is not None and kind not in kinds:
        return Group(label, [], False, all_path)
    found = visit.records.search.find(words, kind, own, limit)
    lines = [
        Line(
            marked(entry.title, texts), snippet(entry.text, texts), entry.ref,
            department_code=entry.department_code, on_day=entry.on_day,
        )
        for entry in found.entries
    ]  # fmt: skip
    return Group(label, lines, found.has_more, all_path)
