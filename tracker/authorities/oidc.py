"""The office's sign-on by OpenID Connect: authorization code with PKCE, state and nonce; only the issuer is asked."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tracker.authorities import AuthorityUnreachable, NotVouched, Vouched, role_of
from tracker.settings.authorities import OidcSettings

if TYPE_CHECKING:
    from authlib.integrations.httpx_client import OAuth2Client

DISCOVERY = "/.well-known/openid-configuration"
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]  # signed by the issuer's own key; never "none", never a shared secret
LEEWAY_SECONDS = 60
LONGEST_SUBJECT = 255  # characters, by the specification
DOWN = "庁内の認証（SSO）に接続できません。しばらくしてから、もう一度行ってください。"
NOT_TAKEN = "庁内の認証（SSO）の結果を確かめられませんでした。ログインの画面から、もう一度行ってください。"


@dataclass(frozen=True)
class Errand:
    """What a browser is sent to the issuer with, and must bring back."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def fresh(cls) -> "Errand":
        """One that nobody can guess."""
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))


@dataclass(frozen=True)
class SignOn:
    """The issuer, as the settings name it; `return_to` is where it sends the browser back to."""

    settings: OidcSettings
    return_to: str

    def address(self, errand: Errand) -> str:
        """Where the browser is sent."""
        with self._client() as client:
            place = self._endpoint(self._discovered(client), "authorization_endpoint")
            url, _ = client.create_authorization_url(
                place, state=errand.state, nonce=errand.nonce, code_verifier=errand.verifier
            )
        return str(url)

    def person(self, code: str, errand: Errand, now: datetime) -> Vouched:
        """Who came back with that code. NotVouched for what the issuer did not sign for this very errand."""
        with self._client() as client:
            known = self._discovered(client)
            place = self._endpoint(known, "token_endpoint")
            token = client.fetch_token(place, code=code, code_verifier=errand.verifier, grant_type="authorization_code")
            keys = _answer(client, self._endpoint(known, "jwks_uri"))
        claims = self._claims(str(token.get("id_token", "")), keys, errand, now)
        name = claims.get(self.settings.name)
        if not isinstance(name, str) or not name:
            raise NotVouched("", NOT_TAKEN)
        groups = claims.get(self.settings.groups)
        department = claims.get(self.settings.department or "")
        return Vouched(
            name, str(claims.get(self.settings.display_name) or name),
            role_of(map(str, groups) if isinstance(groups, list) else (), self.settings.roles),
            str(department) if department else None, self.settings.issuer, self._subject(claims),
        )  # fmt: skip

    def _subject(self, claims: Mapping[str, Any]) -> str:
        """Who it is to the issuer, whatever their name becomes."""
        subject = claims.get("sub")
        if not isinstance(subject, str) or not subject or len(subject) > LONGEST_SUBJECT:
            raise NotVouched("", NOT_TAKEN)
        return subject

    def _claims(self, id_token: str, keys: Mapping[str, Any], errand: Errand, now: datetime) -> dict[str, Any]:
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        rules = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()), leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self.settings.issuer}, aud={"essential": True, "value": self.settings.client_id},
            exp={"essential": True}, iat={"essential": True}, nonce={"essential": True, "value": errand.nonce},
        )  # fmt: skip
        try:
            claims = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=ALGORITHMS).claims  # type: ignore[arg-type]
            rules.validate(claims)
        except (JoseError, ValueError, KeyError, TypeError):
            raise NotVouched("", NOT_TAKEN) from None
        if claims.get("azp", self.settings.client_id) != self.settings.client_id:
            raise NotVouched("", NOT_TAKEN)
        return claims

    def _discovered(self, client: "OAuth2Client") -> dict[str, Any]:
        known = _answer(client, self.settings.issuer.rstrip("/") + DISCOVERY)
        if known.get("issuer") != self.settings.issuer:
            raise NotVouched("", NOT_TAKEN)
        return known

    def _endpoint(self, known: Mapping[str, Any], name: str) -> str:
        """An address of the issuer's; refused when it lies on another host than the one in the settings."""
        place = str(known.get(name, ""))
        if urlsplit(place)[:2] != urlsplit(self.settings.issuer)[:2]:
            raise NotVouched("", NOT_TAKEN)
        return place

    @contextmanager
    def _client(self) -> "Iterator[OAuth2Client]":
        from authlib.integrations.base_client import OAuthError
        from authlib.integrations.httpx_client import OAuth2Client
        from httpx2 import HTTPError, InvalidURL

        secret = self.settings.client_secret.get_secret_value() if self.settings.client_secret else None
        client = OAuth2Client(
            self.settings.client_id, secret, scope=self.settings.scope, redirect_uri=self.return_to,
            code_challenge_method="S256", timeout=self.settings.timeout_seconds, trust_env=False, follow_redirects=False,
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
        )  # fmt: skip
        try:
            with client:
                yield client
        except OAuthError:
            raise NotVouched("", NOT_TAKEN) from None
        except (HTTPError, InvalidURL, ValueError):
            raise AuthorityUnreachable("", DOWN) from None


def _answer(client: "OAuth2Client", url: str) -> dict[str, Any]:
    answer = client.request("GET", url, withhold_token=True)
    answer.raise_for_status()
    known = answer.json()
    if not isinstance(known, dict):
        raise NotVouched("", NOT_TAKEN)
    return known
