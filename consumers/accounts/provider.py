"""The talk with an OpenID Connect provider: code flow with PKCE, and every claim of the token proven."""

import secrets
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from httpx2 import HTTPError
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from consumers.accounts.openid import SIGNED_BY, NotVouched, OpenId, Vouched, vouched
from consumers.accounts.secret import agrees, derived

ANSWERS_WITHIN_S = 5.0
LEEWAY_S = 30  # between two machines' clocks
AWAY_AT_MOST = timedelta(minutes=10)  # from leaving for the provider until coming back


class Provider:
    """One organisation's provider: asked once what it is, and again for its keys when it signs with a new one."""

    def __init__(self, openid: OpenId, now: Callable[[], datetime]) -> None:
        self.title = openid.title
        self._openid, self._now = openid, now
        self._itself: Mapping[str, Any] | None = None
        self._keys: KeySet | None = None

    def ticket(self) -> str:
        """A secret for the browser that goes there: what is sent and what must come back are made from it."""
        return f"{int(self._now().timestamp())}.{secrets.token_urlsafe(32)}"

    def address(self, ticket: str, back: str) -> str:
        """Where the browser goes to sign in."""
        with self._client(back) as client:
            url, _ = client.create_authorization_url(
                self._of_itself("authorization_endpoint"),
                state=derived(ticket, "state"),
                nonce=derived(ticket, "nonce"),
                code_verifier=derived(ticket, "verifier"),
                response_type="code",
            )
        return str(url)

    def who(self, ticket: str, back: str, answer: Mapping[str, str]) -> Vouched:
        """Who came back with ``answer``; raises ``NotVouched``."""
        self._is_ours(ticket, answer)
        with self._client(back) as client:
            token = client.fetch_token(
                self._of_itself("token_endpoint"), code=answer["code"], code_verifier=derived(ticket, "verifier")
            )
        return vouched(self._openid, self._proven(token, derived(ticket, "nonce")))

    def _is_ours(self, ticket: str, answer: Mapping[str, str]) -> None:
        began = ticket.partition(".")[0]
        if not began.isdecimal() or self._now().timestamp() - int(began) > AWAY_AT_MOST.total_seconds():
            raise NotVouched("away too long")
        if not agrees(answer.get("state", ""), derived(ticket, "state")):
            raise NotVouched("another state")
        if answer.get("iss", self._openid.issuer) != self._openid.issuer:
            raise NotVouched("another issuer answered")
        if not answer.get("code"):
            raise NotVouched("no code")

    def _proven(self, token: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        try:
            read = self._read(str(token.get("id_token", "")))
            claims = CodeIDToken(
                read.claims,
                read.header,
                {
                    "iss": {"essential": True, "value": self._openid.issuer},
                    "aud": {"essential": True, "value": self._openid.client_id},
                },
                {"nonce": nonce, "client_id": self._openid.client_id, "access_token": token.get("access_token")},
            )
            claims.validate(now=int(self._now().timestamp()), leeway=LEEWAY_S)
        except (JoseError, ValueError) as error:
            raise NotVouched(type(error).__name__) from None
        return dict(claims)

    def _read(self, written: str) -> jwt.Token:
        """The token, once its signature is proven."""
        if self._keys is not None:
            try:
                return jwt.decode(written, self._keys, algorithms=SIGNED_BY)
            except InvalidKeyIdError:
                pass  # it signs with a new key
        self._keys = KeySet.import_key_set(self._get(self._of_itself("jwks_uri")))
        return jwt.decode(written, self._keys, algorithms=SIGNED_BY)

    def _of_itself(self, what: str) -> str:
        if self._itself is None:
            told = self._get(f"{self._openid.issuer.rstrip('/')}/.well-known/openid-configuration")
            if told.get("issuer") != self._openid.issuer:
                raise NotVouched("it calls itself by another name")
            self._itself = told
        address = self._itself.get(what)
        scheme = self._openid.issuer.partition("://")[0]
        if not isinstance(address, str) or not address.startswith(f"{scheme}://"):
            raise NotVouched(f"it has no {what} as safe as itself")
        return address

    def _get(self, address: str) -> Any:
        with self._client("") as client:
            answer = client.request("GET", address, withhold_token=True)
            answer.raise_for_status()
            return answer.json()

    @contextmanager
    def _client(self, back: str) -> Any:
        ours = self._openid
        try:
            with OAuth2Client(
                client_id=ours.client_id,
                client_secret=ours.secret.get_secret_value() if ours.secret else None,
                token_endpoint_auth_method="client_secret_basic" if ours.secret else "none",
                code_challenge_method="S256",
                scope=ours.scope,
                redirect_uri=back,
                timeout=ANSWERS_WITHIN_S,
            ) as client:
                yield client
        except (HTTPError, OAuthError, ValueError) as error:
            raise NotVouched(type(error).__name__) from None
