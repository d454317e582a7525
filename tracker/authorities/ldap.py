"""The office's directory: finds the person by name, then asks with the person's own password (ldap3, when set)."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tracker.authorities import AuthorityUnreachable, Customs, Vouched, account_of, role_of
from tracker.domain.accounts import Account, account_name
from tracker.domain.events import Occasion
from tracker.domain.passwords import LONGEST_PASSWORD
from tracker.settings.authorities import LdapSettings
from tracker.signing_in import Authenticate
from tracker.storage.store import Store

if TYPE_CHECKING:
    from ldap3 import Connection, Server

BY = "庁内のディレクトリ"
DOWN = "庁内の認証サーバーに接続できません。しばらくしてから、もう一度行ってください。"


def directory_passwords(
    settings: LdapSettings, store: Store, occasion: Occasion, customs: Customs = Customs()
) -> Authenticate:
    """A way to sign in by the directory's passwords; AuthorityUnreachable when it does not answer."""

    def authenticate(name: str, password: str) -> Account | None:
        if not password or len(password) > LONGEST_PASSWORD or not account_name(name):
            return None  # a directory takes a name without a password for a visit of nobody, and says yes
        person = _ask(settings, account_name(name), password)
        now = Occasion(BY, occasion.at, occasion.on_day)
        return None if person is None else account_of(store, person, now, customs)

    return authenticate


def _ask(settings: LdapSettings, name: str, password: str) -> Vouched | None:
    from ldap3.core.exceptions import LDAPException

    try:
        server = _server(settings)
        found = _look_up(settings, server, name)
        if found is None:
            return None
        dn, attributes = found
        with _connected(settings, server, dn, password) as connection:
            is_right = bool(connection.bind())
    except (LDAPException, OSError):
        raise AuthorityUnreachable("", DOWN) from None
    return _vouched(settings, name, attributes) if is_right else None


def _look_up(settings: LdapSettings, server: "Server", name: str) -> tuple[str, dict[str, list[Any]]] | None:
    """The one entry of that name, with its attributes; None where there is none or more than one."""
    from ldap3 import SUBTREE
    from ldap3.utils.conv import escape_filter_chars

    secret = settings.bind_password.get_secret_value() if settings.bind_password else None
    own = settings.naming_attribute
    wanted = [name for name in (settings.display_name, settings.department, settings.groups, own) if name]
    with _connected(settings, server, settings.bind_dn, secret) as connection:
        if not connection.bind():
            raise AuthorityUnreachable("", DOWN)
        connection.search(
            settings.base, settings.filter.replace("{name}", escape_filter_chars(name)), SUBTREE,
            attributes=wanted, size_limit=2, time_limit=settings.timeout_seconds,
        )  # fmt: skip
        entries = [one for one in connection.response or () if one["type"] == "searchResEntry"]
    if len(entries) != 1 or (own and not _is_spelled(name, entries[0]["attributes"].get(own, []))):
        return None
    return entries[0]["dn"], entries[0]["attributes"]


def _is_spelled(name: str, kept: object) -> bool:
    """Whether the directory itself spells the name so: it takes full-width and invisible letters for plain ones."""
    values = kept if isinstance(kept, list) else [kept]
    return any(str(value).lower() == name for value in values)


def _server(settings: LdapSettings) -> "Server":
    from ldap3 import NONE, Server, Tls

    tls = None
    if settings.is_encrypted:
        ca_file = str(settings.ca_file) if settings.ca_file else None
        tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=ca_file)
    return Server(settings.url, tls=tls, connect_timeout=settings.timeout_seconds, get_info=NONE)


@contextmanager
def _connected(
    settings: LdapSettings, server: "Server", dn: str | None, password: str | None
) -> "Iterator[Connection]":
    """A connection, encrypted before anything secret goes through it; referrals to other hosts are not followed."""
    from ldap3 import Connection

    connection = Connection(
        server, dn, password, receive_timeout=settings.timeout_seconds, auto_referrals=False, check_names=False,
        read_only=True,
    )  # fmt: skip
    try:
        connection.open()
        if settings.start_tls and not connection.start_tls():
            raise AuthorityUnreachable("", DOWN)
        yield connection
        connection.unbind()
    finally:
        if connection.socket is not None:
            connection.socket.close()  # the library leaves it open when it could not connect


def _vouched(settings: LdapSettings, name: str, attributes: dict[str, list[Any]]) -> Vouched:
    def values(attribute: str | None) -> list[str]:
        kept = attributes.get(attribute or "", [])
        return [str(one) for one in (kept if isinstance(kept, list) else [kept])]

    return Vouched(
        name, next(iter(values(settings.display_name)), name), role_of(values(settings.groups), settings.roles),
        next(iter(values(settings.department)), None),
    )  # fmt: skip
