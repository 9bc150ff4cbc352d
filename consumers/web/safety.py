"""What holds for every request and every answer: who hands it over, by which name, how many, and what it carries."""

import traceback
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from fastapi import Request, Response
from fastapi.responses import PlainTextResponse

from consumers.web.house import House
from consumers.web.measures import noted

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer browsers say "null" for the origin of a form
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
HSTS = {"Strict-Transport-Security": "max-age=31536000"}  # a year
# An office of thirty behind one address stays far below.
A_SECOND, AT_ONCE, ADDRESSES = 40.0, 400.0, 10_000

log = structlog.get_logger()
Next = Callable[[Request], Awaitable[Response]]


class NotThrough(Exception):
    """A request that did not come as the page is reached."""


def guard(house: House) -> Callable[[Request, Next], Awaitable[Response]]:
    """A step that refuses what no browser of ours sends, and puts the headers on every answer.

    A page on loopback is reached by any site a browser visits, once that site's own name is made to point here: so the
    name must be one of ours.
    """
    headers = {**HEADERS, **(HSTS if house.tls else {})}
    flood = Flood(house.processes)

    async def step(request: Request, go_on: Next) -> Response:
        began = house.seconds()
        answer = await _answer(request, go_on, house, flood)
        kept = answer.headers.get("Cache-Control")
        answer.headers.update(headers)
        if kept:  # what a part of the page says of its own answer stands
            answer.headers["Cache-Control"] = kept
        noted(request.method, answer.status_code, house.seconds() - began)
        return answer

    return step


async def _answer(request: Request, go_on: Next, house: House, flood: "Flood") -> Response:
    try:
        request.state.address = address_of(request, house.proxies)
    except NotThrough:
        return PlainTextResponse("This page is reached another way.", status_code=403)
    if "*" not in house.hosts and _without_port(request.headers.get("host", "")) not in house.hosts:
        return PlainTextResponse("This page does not answer to that name.", status_code=421)
    if not flood.lets_by(request.state.address, house.seconds()):
        return PlainTextResponse("Too many requests; wait a moment.", status_code=429, headers={"Retry-After": "5"})
    try:
        return await go_on(request)
    except Exception as error:  # what it says of itself may hold what was asked for
        log.error("a page failed", error=type(error).__name__, at=_where(error))
        return PlainTextResponse("Something went wrong; the log says what.", status_code=500)


def address_of(request: Request, proxies: frozenset[str]) -> str:
    """Where the request comes from; raises ``NotThrough`` where there are proxies and none of them vouches for it."""
    peer = request.client.host if request.client else ""
    if not proxies:
        return peer
    passed = [part.strip() for line in request.headers.getlist("x-forwarded-for") for part in line.split(",")]
    if peer not in proxies or request.headers.getlist("x-forwarded-proto") != ["https"] or not passed:
        raise NotThrough
    foreign = [address for address in passed if address not in proxies]
    return foreign[-1] if foreign else peer


def _where(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-5:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames]


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Flood:
    """Lets each address ask so often and no oftener; it forgets those it heard of longest ago.

    Of several processes each lets by its share: to whichever one comes, all together let by no more.
    """

    def __init__(self, processes: int = 1) -> None:
        self._a_second, self._at_once = A_SECOND / processes, AT_ONCE / processes
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def lets_by(self, address: str, now: float) -> bool:
        """Whether one more request of that address is answered."""
        bucket = self._buckets.pop(address, None) or _Bucket(self._at_once, now)
        bucket.left = min(self._at_once, bucket.left + (now - bucket.at) * self._a_second)
        bucket.at = now
        self._buckets[address] = bucket
        while len(self._buckets) > ADDRESSES:
            self._buckets.popitem(last=False)
        allowed = bucket.left >= 1
        bucket.left -= allowed
        return allowed
