"""An OpenID Connect provider of the tests' own, on loopback: it signs real tokens, and lies where a test wants."""

import hmac
import json
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_urlsafe
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from deploy.broker.ports import free_port

CLIENT, SECRET = "tocsin-client", "canary-client-secret"
Claims = dict[str, Any]


@dataclass(kw_only=True)
class Organisation:
    """The provider: who signs in there next, and how its tokens are spoilt before and after they are signed."""

    issuer: str
    person: Claims = field(default_factory=dict)
    spoil: Callable[[Claims], Claims] = lambda claims: claims
    sign: Callable[["Organisation", Claims], str] | None = None
    told_issuer: str | None = None
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._itself),
                Route("/jwks", self._jwks),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
            ]
        )

    async def _itself(self, _: Request) -> Response:
        self.asked.append("itself")
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
        return JSONResponse(
            {"issuer": self.told_issuer or self.issuer} | {key: f"{self.issuer}/{name}" for key, name in names.items()}
        )

    async def _jwks(self, _: Request) -> Response:
        self.asked.append("jwks")
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def _authorize(self, request: Request) -> Response:
        """What a provider checks of a client, and where the person is sent once they have signed in."""
        asked = dict(request.query_params)
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = token_urlsafe(16)
        self.codes[code] = asked
        sent = urlencode({"code": code, "state": asked["state"], "iss": self.issuer})
        return RedirectResponse(f"{asked['redirect_uri']}?{sent}", status_code=302)

    async def _token(self, request: Request) -> Response:
        """A token for a code, once, for the client that asked and who holds the verifier."""
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = _text(sha256(form.get("code_verifier", "").encode()).digest())
        given = b64decode(request.headers.get("authorization", "").removeprefix("Basic ")).decode()
        if asked is None or challenge != asked["code_challenge"] or given != f"{CLIENT}:{SECRET}":
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        if form.get("redirect_uri") != asked["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        now = int(time.time())
        true = {"iss": self.issuer, "aud": CLIENT, "sub": "s-1", "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims = self.spoil({**true, **self.person})
        token = self.sign(self, claims) if self.sign else signed(self.key, claims)
        return JSONResponse({"access_token": token_urlsafe(8), "token_type": "Bearer", "id_token": token})


def signed(key: RSAKey, claims: Claims, kid: str = "one") -> str:
    return jwt.encode({"alg": "RS256", "kid": kid}, claims, key)


def signed_by_a_stranger(_: Organisation, claims: Claims) -> str:
    return signed(RSAKey.generate_key(2048, {"kid": "one"}), claims)


def signed_by_nobody(_: Organisation, claims: Claims) -> str:
    return f"{_part({'alg': 'none'})}.{_part(claims)}."


def signed_with_the_public_key(organisation: Organisation, claims: Claims) -> str:
    """The old trick: the key that all may know, taken for a shared secret."""
    written = f"{_part({'alg': 'HS256', 'kid': 'one'})}.{_part(claims)}"
    return f"{written}.{_text(hmac.digest(organisation.key.as_pem(private=False), written.encode(), 'sha256'))}"


def _part(value: Claims) -> str:
    return _text(json.dumps(value).encode())


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


@contextmanager
def running() -> Iterator[Organisation]:
    """The provider, listening."""
    port = free_port()
    made = Organisation(issuer=f"http://127.0.0.1:{port}")
    server = uvicorn.Server(uvicorn.Config(made.app(), host="127.0.0.1", port=port, log_config=None, ws="none"))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield made
    finally:
        server.should_exit = True
        thread.join()
