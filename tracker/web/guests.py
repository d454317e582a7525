"""Who a request comes from: the browser's cookie, the session it opens, and the token that its forms carry."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from hmac import compare_digest
from ipaddress import ip_address, ip_network

from itsdangerous import BadSignature, Signer
from sqlalchemy.exc import OperationalError
from starlette.requests import Request
from starlette.responses import Response

from tracker.authorities import NotVouched, refuse_other_spelling
from tracker.domain.sessions import Session
from tracker.links import office_secret
from tracker.office import Office
from tracker.signing_in import Browser, key_of
from tracker.web.security import PEER
from tracker.web.turning import Turned

COOKIE, LOCKED_COOKIE = "zesei", "__Host-zesei"  # the second is taken by browsers only over https and for this host
PROXY = "proxy"  # how a session began
NOT_THE_PROXY = "認証の結果を示すヘッダーが、登録されていない接続元から送られたため、受け付けませんでした。"
LONGEST_COOKIE = 200
START_COOKIE = "zesei-start"
SALT, START_SALT = "zesei.form", "zesei.sign-in"


@dataclass(frozen=True)
class Door:
    """Knows who comes in; one for as long as the program runs."""

    office: Office

    def session_of(self, request: Request) -> Session | None:
        """The session that goes on in this browser; asked once a request, its use noted once a minute."""
        if not hasattr(request.state, "session"):
            request.state.session = None  # also for the page that tells why it was refused
            request.state.session = self._open(request)
        session: Session | None = request.state.session
        return session

    def token_of(self, session: Session | None) -> str:
        """What a form of this session carries; nothing without one."""
        return self._signer.sign(session.key).decode() if session else ""

    def writer_of(self, token: str) -> str | None:
        """The account in whose session a form was written, also when that session is over; None for a forged token."""
        try:
            key = self._signer.unsign(token).decode()
        except BadSignature:
            return None
        with self.office.store.reading() as records:
            return records.sessions.account_name_of(key)

    def is_from(self, token: str, session: Session) -> bool:
        """Whether a form was written for the account of this session, in it or in an earlier one."""
        return token == self.token_of(session) or self.writer_of(token) == session.account.name

    def start_of(self, request: Request) -> str:
        """What the sign-in form of a browser carries, and what the browser keeps beside it; new where it keeps none.

        Without it, another site could sign the browser in as somebody else, who would read what is then typed.
        """
        kept = request.cookies.get(START_COOKIE, "")
        return kept if 20 <= len(kept) <= LONGEST_COOKIE else secrets.token_urlsafe(24)

    def start_token_of(self, start: str) -> str:
        """The token of a sign-in form in the browser that keeps `start`."""
        return self._start_signer.get_signature(start).decode()

    def is_start_token(self, request: Request, token: str) -> bool:
        """Whether the sign-in form was made for this browser."""
        start = request.cookies.get(START_COOKIE, "")
        return bool(start) and compare_digest(self.start_token_of(start).encode(), token.encode())

    def keep_start(self, request: Request, answer: Response, start: str) -> None:
        """The browser keeps what belongs to its sign-in form."""
        answer.set_cookie(START_COOKIE, start, httponly=True, samesite="lax", secure=self.is_https(request))

    def begin(self, request: Request, secret: str) -> Session:
        """From here on the request is answered within this new session."""
        with self.office.store.reading() as records:
            session = records.sessions.find(key_of(secret))
        assert session is not None
        request.state.session = session
        return session

    def let_in(self, request: Request, answer: Response, secret: str) -> None:
        """The browser keeps the secret of its session until it is closed."""
        is_secure = self.is_https(request)
        answer.set_cookie(cookie_name(is_secure), secret, httponly=True, samesite="lax", secure=is_secure)

    def let_out(self, request: Request, answer: Response) -> None:
        """The browser forgets its session."""
        is_secure = self.is_https(request)
        answer.delete_cookie(cookie_name(is_secure), httponly=True, samesite="lax", secure=is_secure)

    def is_https(self, request: Request) -> bool:
        """Whether the browser speaks https, to us or to a proxy in front of us."""
        return self.office.settings.web.https or request.url.scheme == "https"

    @cached_property
    def _signer(self) -> Signer:
        return Signer(office_secret(self.office.data_dir), salt=SALT)

    @cached_property
    def _start_signer(self) -> Signer:
        return Signer(office_secret(self.office.data_dir), salt=START_SALT)

    def named_by_proxy(self, request: Request) -> str | None:
        """The account that a trusted proxy names; Turned where somebody else sends the proxy's header."""
        settings = self.office.settings
        sent = request.headers.getlist(settings.accounts.proxy_header) if settings.accounts.proxy_header else []
        if not sent:
            return None
        if len(sent) > 1 or not _is_within(str(request.scope.get(PEER, "")), settings.web.proxies):
            raise Turned(403, NOT_THE_PROXY, "受け付けませんでした")
        name = sent[0].encode("latin-1", "replace").decode("utf-8", "replace")
        if not name:
            return None
        try:
            refuse_other_spelling(name)
        except NotVouched as refusal:
            raise Turned(403, str(refusal), "受け付けませんでした") from None
        return name

    def _open(self, request: Request) -> Session | None:
        named = self.named_by_proxy(request)
        secret = request.cookies.get(cookie_name(self.is_https(request)), "")
        if not secret or len(secret) > LONGEST_COOKIE:
            return None
        now = self.office.clock.now()
        with self.office.store.reading() as records:
            session = records.sessions.find(key_of(secret))
        if session is None or session.is_over(now, self.office.settings.accounts.times):
            return None
        if session.way == PROXY and session.account.name != named:
            return None  # somebody else sits there now, or came past the proxy
        if session.is_to_be_noted(now):
            self._note_use(session)
        return session

    def _note_use(self, session: Session) -> None:
        try:
            with self.office.store.brief() as records:
                records.sessions.note_use(session.key, self.office.clock.now())
        except OperationalError:
            return  # something large is being written: the next page will note it


def _is_within(address: str, networks: Iterable[str]) -> bool:
    try:
        return any(ip_address(address) in ip_network(network) for network in networks)
    except ValueError:
        return False


def cookie_name(is_secure: bool) -> str:
    """The name under which the browser keeps its session."""
    return LOCKED_COOKIE if is_secure else COOKIE


def browser_of(request: Request) -> Browser:
    """From where, and with what."""
    return Browser(request.client.host if request.client else "", request.headers.get("user-agent", ""))


def local_path(wanted: str) -> str:
    """A path of this very site, as it was asked for; the first page for anything else."""
    plain = wanted.isprintable() and "\\" not in wanted and wanted.startswith("/") and not wanted.startswith("//")
    return wanted if plain else "/"
