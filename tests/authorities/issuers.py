"""A small issuer of OpenID Connect, spoken to over HTTP on 127.0.0.1; it can be told to lie."""

import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET, CODE = "zesei", "shared", "code-1"
KEY, ANOTHER_KEY = (RSAKey.generate_key(2048, parameters={"kid": "1"}) for _ in range(2))


class Issuer:
    """What the issuer knows, and in what it is made to lie."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.key, self.header = KEY, {"alg": "RS256", "kid": "1"}
        self.lies: dict[str, Any] = {}
        self.known: dict[str, Any] = {}
        self.asked: dict[str, str] = {}
        self.paths: list[str] = []

    def settings(self, **more: str) -> str:
        """The settings that trust it."""
        lines = "".join(f'{key} = "{value}"\n' for key, value in more.items())
        return (
            f'[web]\naddress = "http://testserver"\n[oidc]\nissuer = "{self.address}"\nclient_id = "{CLIENT}"\n'
            f'client_secret = "{SECRET}"\ndepartment = "dept"\n{lines}'
            "[oidc.roles]\nzesei-division = 'division'\nzesei-member = 'member'\n"
        )

    def authorize(self, address: str) -> str:
        """What the browser is sent back with, after somebody signed in at the issuer."""
        parts = urlsplit(address)
        assert f"{parts.scheme}://{parts.netloc}" == self.address
        self.asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert self.asked["response_type"] == "code"
        return f"/sign-in/oidc/return?code={CODE}&state={self.asked['state']}"

    def discovery(self) -> dict[str, Any]:
        """The well-known document."""
        places = {f"{name}_endpoint": f"{self.address}/{name}" for name in ("authorization", "token")}
        return {"issuer": self.address, "jwks_uri": f"{self.address}/keys", **places, **self.known}

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The answer to a code; None for a wrong secret or verifier."""
        challenge = urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        if challenge != self.asked["code_challenge"] or form["code"] != CODE or not authorization.startswith("Basic "):
            return None
        now = int(time.time())
        claims = {
            "iss": self.address, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 300, "nonce": self.asked["nonce"],
            "preferred_username": "tanto03", "name": "職員０３", "groups": ["zesei-member"], "dept": "0303",
        }  # fmt: skip
        claims |= self.lies
        id_token = jwt.encode(self.header, {k: v for k, v in claims.items() if v is not None}, self.key)
        return {"access_token": "a", "token_type": "Bearer", "id_token": id_token}


@contextmanager
def running_issuer() -> Iterator[Issuer]:
    """An issuer for the length of a `with`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.paths.append(self.path)
            answers = {
                "/.well-known/openid-configuration": issuer.discovery(),
                "/keys": {"keys": [KEY.as_dict(private=False)]},
            }
            self.answer(answers.get(self.path))

        def do_POST(self) -> None:
            issuer.paths.append(self.path)
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self.answer(issuer.token(form, self.headers.get("authorization", "")), 400)

        def answer(self, facts: object, otherwise: int = 404) -> None:
            body = json.dumps(facts or {"error": "invalid_grant"}).encode()
            self.send_response(200 if facts else otherwise)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = Issuer(server.server_port)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
