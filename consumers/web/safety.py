"""What every answer carries, so that a browser does with it only what we mean."""

from collections.abc import Awaitable, Callable

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})

Next = Callable[[Request], Awaitable[Response]]


def guard(hosts: frozenset[str]) -> Callable[[Request, Next], Awaitable[Response]]:
    """A step that refuses other hosts' names (``*``: none is refused) and puts the headers on every answer.

    A page on loopback with no sign-in is reached by any site a browser visits, once that site's own name is made to
    point here: so the name must be one of ours.
    """

    async def step(request: Request, go_on: Next) -> Response:
        if "*" in hosts or _without_port(request.headers.get("host", "")) in hosts:
            answer = await go_on(request)
        else:
            answer = PlainTextResponse("This page does not answer to that name.", status_code=421)
        answer.headers.update(HEADERS)
        return answer

    return step


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host
