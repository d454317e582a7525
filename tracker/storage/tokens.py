"""Tokens of integrations: shown once when they are given, kept only as their SHA-256."""

import hashlib
import secrets
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from tracker.domain.errors import CommandRefused
from tracker.domain.events import Event, Happened, Occasion
from tracker.domain.tokens import USE_IS_NOTED_AFTER, Token, TokenRole, TokenScope
from tracker.storage.events import Events
from tracker.storage.tables.tokens import TokenRow

_TOKEN = TokenRow.__table__  # type: ignore[attr-defined]
_NAMES = [f.name for f in fields(Token)]
_COLUMNS = [_TOKEN.c[name] for name in _NAMES]
PREFIX, SECRET_BYTES = "zesei_", 32


@dataclass(frozen=True)
class Tokens:
    """Tokens, within one transaction."""

    connection: Connection
    events: Events

    def give(self, token: Token, occasion: Occasion) -> str:
        """Enter a token; what the program must send. Raises CommandRefused while another one has its name."""
        if self.named(token.name) is not None:
            raise CommandRefused(f"連携「{token.name}」は、もうあります。別の名前にするか、先に取り消してください。")
        secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
        row = {name: getattr(token, name) for name in _NAMES if name != "id"}
        row |= {"role": str(token.role), "scope": str(token.scope), "sha256": hash_of(secret)}
        self.connection.execute(insert(_TOKEN).values(**row))
        facts = {"role": token.role, "scope": token.scope, "department": token.department_code, "until": token.until}
        self.events.append([Event(Happened.TOKEN_GIVEN, f"token:{token.name}", occasion, facts)])
        return secret

    def opened_by(self, secret: str) -> Token | None:
        """The token of what a program sent, open or not; None when it was never given."""
        return next(iter(self._select(_TOKEN.c.sha256 == hash_of(secret))), None)

    def named(self, name: str) -> Token | None:
        """The token of that name that was not revoked."""
        return next(iter(self._select(_TOKEN.c.name == name, _TOKEN.c.revoked_at.is_(None))), None)

    def all(self) -> list[Token]:
        """Every token that was ever given, oldest first."""
        return self._select()

    def revoke(self, name: str, occasion: Occasion) -> Token:
        """Shut a token for good; CommandRefused when there is none of that name."""
        token = self.named(name)
        if token is None:
            raise CommandRefused(f"連携「{name}」はありません。zesei token list で名前を確かめてください。")
        self.connection.execute(update(_TOKEN).where(_TOKEN.c.id == token.id).values(revoked_at=occasion.at))
        self.events.append([Event(Happened.TOKEN_REVOKED, f"token:{name}", occasion)])
        return replace(token, revoked_at=occasion.at)

    def note_use(self, token: Token, now: datetime) -> None:
        """Write down that a token was used, unless that was done a moment ago."""
        long_ago = or_(_TOKEN.c.last_used_at.is_(None), _TOKEN.c.last_used_at <= now - USE_IS_NOTED_AFTER)
        self.connection.execute(update(_TOKEN).where(_TOKEN.c.id == token.id, long_ago).values(last_used_at=now))

    def _select(self, *conditions: Any) -> list[Token]:
        query = select(*_COLUMNS).where(*conditions).order_by(_TOKEN.c.id)
        return [_as_token(row._mapping) for row in self.connection.execute(query)]


def hash_of(secret: str) -> str:
    """What is kept of a token; 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _as_token(row: Any) -> Token:
    return Token(**{**row, "role": TokenRole(row["role"]), "scope": TokenScope(row["scope"])})
