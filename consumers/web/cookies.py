"""The page's cookies: each holds one random secret and nothing else."""

from dataclasses import dataclass

from fastapi import Request, Response

SESSION = "tocsin"  # where somebody is signed in
DOOR = "tocsin-door"  # of a browser in which nobody is signed in yet, for the form that signs in
ORGANISATION = "tocsin-organisation"  # while somebody is away signing in with their own organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookies:
    """Reads and sets cookies; over TLS under names that only this host can set, over https alone.

    Without TLS, which is for loopback alone, neither holds: browsers refuse ``__Host-`` and ``Secure`` there.
    """

    tls: bool

    def name(self, cookie: str) -> str:
        """What the browser calls it."""
        return f"__Host-{cookie}" if self.tls else cookie

    def read(self, request: Request, cookie: str) -> str | None:
        """The secret the browser sent, if it did."""
        return request.cookies.get(self.name(cookie)) or None

    def give(self, response: Response, cookie: str, secret: str, *, seconds: int | None = None) -> None:
        """Have the browser keep it, until it is closed or for so many seconds."""
        response.set_cookie(
            self.name(cookie), secret, max_age=seconds, path="/", secure=self.tls, httponly=True, samesite="lax"
        )

    def take(self, response: Response, cookie: str) -> None:
        """Have the browser forget it."""
        response.delete_cookie(self.name(cookie), path="/", secure=self.tls, httponly=True, samesite="lax")
