"""What was typed when the session ran out: carried through the sign-in, shown, and sent by a click of the same account."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from tracker.links import office_secret
from tracker.office import Office
from tracker.web.display import link
from tracker.web.forms import MOST_FIELDS, MOST_FILES_READ, line_of
from tracker.web.own_forms import TOKEN
from tracker.web.visit import desk_of
from tracker.web.words import FIELDS

LONGEST_DRAFT = 200_000  # letters, sealed
KEPT_FOR = timedelta(hours=12)
SALT = "zesei.draft"
SECRET_FIELDS = frozenset({"password", "old", "again"})  # never written into a page


@dataclass(frozen=True)
class Draft:
    """A form that was not taken because nobody was signed in any more."""

    writer: str
    action: str
    fields: Sequence[Sequence[str]]
    had_files: bool
    written_at: str

    @property
    def back(self) -> str:
        """A page near where it was typed."""
        task = next((text for name, text in self.fields if name == "task"), "")
        return link("tasks", task) if task else "/"

    @property
    def shown(self) -> list[tuple[str, str]]:
        """What somebody typed, with its label; what the page itself had filled in is left out."""
        return [(FIELDS.get(name, "入力"), text) for name, text in self.fields if text and is_typed(name, text)]


@dataclass(frozen=True)
class Drawer:
    """Seals drafts, so that nobody else can write one, and opens them for whoever wrote them."""

    office: Office

    def seal(self, draft: Draft) -> str:
        """A draft as it stands in a hidden field."""
        sealed = self._serializer.dumps(asdict(draft))
        return sealed.decode() if isinstance(sealed, bytes) else sealed

    def open(self, sealed: str, now: datetime) -> Draft | None:
        """The draft; None for what was not sealed here, or long ago."""
        try:
            draft = Draft(**self._serializer.loads(sealed))
        except BadSignature:
            return None
        return draft if now - datetime.fromisoformat(draft.written_at) < KEPT_FOR else None

    @property
    def _serializer(self) -> URLSafeSerializer:
        return URLSafeSerializer(office_secret(self.office.data_dir), salt=SALT)


async def draft_of(request: Request) -> str:
    """What was typed into a form of a session that is over, sealed; nothing when it is too long or nobody's."""
    try:
        async with request.form(max_files=MOST_FILES_READ, max_fields=MOST_FIELDS) as form:
            desk = desk_of(request)
            writer = desk.door.writer_of(line_of(form, TOKEN))
            if writer is None or SECRET_FIELDS & form.keys():
                return ""
            draft = _draft(form, writer, request.url.path, desk.office.clock.now())
    except HTTPException:
        return ""
    sealed = Drawer(desk.office).seal(draft)
    return sealed if len(sealed) <= LONGEST_DRAFT else ""


def _draft(form: FormData, writer: str, action: str, now: datetime) -> Draft:
    fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str) and name != TOKEN]
    had_files = any(isinstance(value, UploadFile) and value.filename for value in form.values())
    return Draft(writer, action, fields, had_files, now.isoformat())


def is_typed(name: str, text: str) -> bool:
    """Whether somebody wrote a field himself; the page fills in the others."""
    return name in FIELDS or not text.isascii()
