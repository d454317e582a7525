"""Who else may vouch for somebody: a directory (LDAP), a sign-on of the office (OIDC)."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from tracker.domain.accounts import Role
from tracker.settings.reasons import refused
from tracker.settings.section import Section


class LdapSettings(Section):
    """The office's directory: looked up by one account or by nobody, then asked with the person's own password."""

    url: str  # ldaps://dc.example.lg.jp, or ldap:// with start_tls
    start_tls: bool = False
    ca_file: Path | None = None
    base: str
    filter: str = "(uid={name})"  # Active Directory: (sAMAccountName={name})
    bind_dn: str | None = None
    bind_password: SecretStr | None = None
    timeout_seconds: int = Field(default=5, ge=1, le=60)
    display_name: str = "cn"
    department: str | None = None  # the attribute that holds the 所属コード
    groups: str = "memberOf"
    roles: dict[str, Role] = Field(default_factory=dict)  # a group's name → the role of an account that is made

    @field_validator("url")
    @classmethod
    def _whole(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("ldap", "ldaps") or not parts.hostname:
            raise ValueError(refused(url, "ldaps://dc.example.lg.jp のように書いてください。"))
        return url

    @field_validator("filter")
    @classmethod
    def _with_name(cls, template: str) -> str:
        if template.count("{name}") != 1 or "{" in template.replace("{name}", ""):
            raise ValueError(refused(template, "(uid={name}) のように、{name} を1回だけ書いてください。"))
        return template

    @property
    def naming_attribute(self) -> str:
        """The attribute that the filter looks a person up by; empty where the filter is not that plain."""
        found = re.search(r"\(([A-Za-z][A-Za-z0-9-]*)=\{name\}\)", self.filter)
        return found[1] if found else ""

    @property
    def is_encrypted(self) -> bool:
        """Whether passwords go to the directory encrypted."""
        return self.start_tls or self.url.startswith("ldaps:")


class OidcSettings(Section):
    """The office's own sign-on by OpenID Connect; no host but the issuer's is ever asked."""

    issuer: str
    client_id: str
    client_secret: SecretStr | None = None
    label: str = "庁内の認証（SSO）でログイン"
    scope: str = "openid profile"
    name: str = "preferred_username"  # the claim that is the account's name
    display_name: str = "name"
    department: str | None = None
    groups: str = "groups"
    roles: dict[str, Role] = Field(default_factory=dict)
    takes_over: bool = False  # an account with a password of ours is joined to whoever first comes with its name
    timeout_seconds: float = Field(default=10, gt=0, le=60)

    @field_validator("issuer")
    @classmethod
    def _whole(cls, issuer: str) -> str:
        parts = urlsplit(issuer)
        is_local = parts.hostname in ("127.0.0.1", "localhost", "::1")
        if not parts.hostname or (parts.scheme != "https" and not (parts.scheme == "http" and is_local)):
            raise ValueError(refused(issuer, "https://sso.example.lg.jp のように、https:// から書いてください。"))
        return issuer
