"""A scripted run against every address the page has, after OWASP's usual list; a check yields what it found."""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from urllib.parse import quote, urlencode

from httpx2 import Response

from consumers.web.forms import LARGEST
from consumers.web.static_files import CACHE
from schemas.roles import load_roles
from tests.consumers.web.seats import WORD
from tests.consumers.web.world import HIDDEN, NOTHING, ROLES, Way, World

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
PAYLOADS = (
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'><svg/onload=alert(1)>", "javascript:alert(1)",
    "{{1337*7331}}", "{% raw %}", "${1337*7331}", "#{1337*7331}", "{{visit.word}}",
    "' or '1'='1", "'; drop table told; --", "1 union select password from page_user", "\") or 1=1 --",
    "%' or agency='housing",
    "x\r\nSet-Cookie: tocsin=evil", "x\nLocation: //evil.example", "%0d%0aX-Evil: 1",
    "../../../../etc/passwd", "..%2f..%2fapp.py", "....//app.py", "/etc/passwd", "C:\\windows\\win.ini",
    "file:///etc/passwd",
    "//evil.example", "https://evil.example/", "/\\evil.example", "\x00", "a\x00b", "\u202egnp", "\ud7ff\uffff",
    "%", "%ff", "-1", "1e999",
    "9" * 40, "x" * 3000, "[]", "null", "=cmd|' /C calc'!A0",
)  # fmt: skip
NO_FORMS = (("application/json", b"{}"), ("text/plain", b"word=x"), ("multipart/form-data; boundary=x", b"--x--"))
CARRIED = ("referer", "user-agent", "x-forwarded-for", "x-forwarded-host", "x-original-url", "accept-language")
OURS_ALONE = re.compile(r"/(?!/)[^\\]*")
MARKUP = re.compile(r"<script>alert|<img src=x|<svg/onload|onerror=alert\(1\)>", re.I)
GIVEN_AWAY = ("Traceback", "sqlite", "sqlalchemy", "psycopg", "root:x:0", "jinja", "argon2", 'File "')

Check = Callable[[World], Iterator[str]]


def problems(world: World, checks: tuple[Check, ...]) -> list[str]:
    """All that the checks find."""
    return [f"{check.__name__}: {found}" for check in checks for found in check(world)]


def every_answer(answer: Response, said: str) -> Iterator[str]:
    """What holds for every answer, whatever was asked."""
    headers = answer.headers
    if answer.status_code >= 500:
        yield f"{said}: {answer.status_code}"
    wanted = {
        "x-content-type-options": "nosniff", "x-frame-options": "DENY",
        "referrer-policy": "same-origin", "cross-origin-opener-policy": "same-origin",
    }  # fmt: skip
    kept = {"no-store", *((CACHE,) if answer.url.path.startswith("/static/") else ())}
    if headers.get("cache-control") not in kept:
        yield f"{said}: may be kept by whoever it passes"
    yield from (f"{said}: no {name}" for name, value in wanted.items() if headers.get(name) != value)
    if "default-src 'none'" not in headers.get("content-security-policy", "") or "unsafe" in str(headers):
        yield f"{said}: a weak policy"
    if "access-control-allow-origin" in headers or "server" in headers or "x-evil" in headers:
        yield f"{said}: a header that has no business there"
    if (
        answer.content
        and headers.get("content-type", "").startswith("text/")
        and "charset" not in headers["content-type"]
    ):
        yield f"{said}: of what kind it is, is not said whole"
    if not OURS_ALONE.fullmatch(headers.get("location", "/")):
        yield f"{said}: leads to {headers['location']}"
    if MARKUP.search(answer.text) or any(sign in answer.text for sign in GIVEN_AWAY):
        yield f"{said}: shows what it must not"
    if HIDDEN in answer.text or HIDDEN in str(headers):
        yield f"{said}: shows what is another agency's"
    if any("evil" in line for line in headers.get_list("set-cookie")):
        yield f"{said}: a cookie of the asker's own making"


def methods(world: World) -> Iterator[str]:
    """No address answers to a method that it does not name, whoever asks."""
    before = world.standing("police")
    for path in sorted({way.path for way in world.ways}):
        named = {way.method for way in world.ways if way.path == path}
        way = next(way for way in world.ways if way.path == path)
        word = world.sit("police", "administrator")
        for method in METHODS:
            if method not in named:
                content, headers = urlencode({"word": word}), {"origin": world.origin}
                answer = world.ask(way, method=method, content=content, headers=headers)
                yield from every_answer(answer, f"{method} {path}")
                if answer.status_code != 405:
                    yield f"{method} {path}: {answer.status_code}"
    if world.standing("police") != before:
        yield "something was changed"


def nobody(world: World) -> Iterator[str]:
    """Who is not signed in is led to the form, by every address that is not open to all, and learns nothing there."""
    world.leave()
    before = world.standing("police")
    for way in world.ways:
        word = WORD.search(world.browser.get("/sign-in").text)
        answer = world.submit(way, word[1] if word else "") if way.method == "POST" else world.ask(way)
        yield from every_answer(answer, f"nobody {way.method} {way.path}")
        led = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
        if way.may != "come-in" and not led:
            yield f"nobody {way.method} {way.path}: {answer.status_code}"
    if world.standing("police") != before:
        yield "something was changed"


def roles(world: World) -> Iterator[str]:
    """Each role may by each address what the table says, and no more."""
    for way in world.ways:
        permission = load_roles().permission(way.may)
        for role in ROLES:
            word = world.sit("police", role)
            answer = world.submit(way, word) if way.method == "POST" else world.ask(way)
            yield from every_answer(answer, f"{role} {way.method} {way.path}")
            allowed = permission.anyone or role in permission.roles
            if not permission.anyone and allowed == (answer.status_code in (403, 404)):
                yield f"{role} {way.method} {way.path}: {answer.status_code}"


def other_agencies(world: World) -> Iterator[str]:
    """Of another agency's alerts and users nobody learns more than of what there is not, and nobody changes them."""
    before, theirs = world.standing("housing"), world.own("housing")
    for way in (way for way in world.ways if "agency" in way.params):
        tries = [theirs, {**theirs, "agency": "police"}] if way.params != ("agency",) else [theirs]
        for role, named in product(ROLES, tries):
            where = "police" if named["agency"] == "police" else "nowhere"
            there, nothing = (
                world.submit(way, word, one) if way.method == "POST" else world.ask(way, one)
                for one in (named, {**NOTHING, "agency": where})
                for word in [world.sit("police", role)]
            )
            said = f"{role} {way.method} {way.path} of housing"
            yield from every_answer(there, said)
            if there.status_code not in (403, 404):
                yield f"{said}: {there.status_code}"
            if (there.status_code, there.content) != (nothing.status_code, nothing.content):
                yield f"{said}: tells it from what there is not"
    if world.standing("housing") != before:
        yield "something of housing was changed"


def forged_forms(world: World) -> Iterator[str]:
    """No form is taken that another site sent, or that does not carry the word of this session."""
    before = world.standing("police")
    for way, role in product((way for way in world.ways if way.method == "POST"), ("administrator", "analyst")):
        other = world.sit("housing", role)
        word = world.sit("police", role)
        for said, headers, given in (
            ("no origin", {}, word),
            ("another origin", {"origin": "https://evil.example"}, word),
            ("an origin that begins as ours", {"origin": f"{world.origin}.evil.example"}, word),
            ("no origin told", {"origin": "null"}, word),
            ("another site", {"sec-fetch-site": "cross-site"}, word),
            ("a sister site", {"sec-fetch-site": "same-site"}, word),
            ("no word", {"origin": world.origin}, ""),
            ("another's word", {"origin": world.origin}, other),
            ("a word of nobody", {"origin": world.origin}, "0" * 64),
        ):
            answer = world.ask(way, data={**way.fields, "word": given}, headers=headers)
            yield from every_answer(answer, f"{said} {way.path}")
            if answer.status_code != 403:
                yield f"{said} {way.path}: {answer.status_code}"
        query = urlencode({**way.fields, "word": word})
        for kind, content in NO_FORMS:
            headers = {"origin": world.origin, "content-type": kind}
            answer = world.ask(way, query=query, content=content, headers=headers)
            takes_files = way.path.endswith("/send/table") and kind.startswith("multipart/")
            if answer.status_code not in ((400,) if takes_files else (415,)):
                yield f"{kind} {way.path}: {answer.status_code}"
    if world.standing("police") != before:
        yield "something was changed"


def sizes(world: World) -> Iterator[str]:
    """What is far too long is refused, by every form and every page."""
    for way in world.ways:
        world.sit("police", "administrator")
        if way.method == "POST":
            headers = {"origin": world.origin, "content-type": "application/x-www-form-urlencoded"}
            for content in (b"x=" + b"y" * LARGEST, b"a=1&" * 5000, b"&" * 20_000):
                answer = world.ask(way, content=content, headers=headers)
                yield from every_answer(answer, f"long {way.path}")
                if answer.status_code not in (400, 403, 413):
                    yield f"long {way.path}: {answer.status_code}"
        else:
            yield from every_answer(world.ask(way, query="x" * 20_000), f"long {way.path}")
            many = "; ".join(f"tocsin{number}={'x' * 200}" for number in range(50))
            yield from every_answer(world.ask(way, headers={"cookie": many}), f"cookies {way.path}")


def injections(world: World, payloads: Sequence[str] = PAYLOADS, each: int | None = None) -> Iterator[str]:
    """Whatever is written wherever an address reads something stays text, and changes nothing of another agency.

    ``each``: so many of the payloads in each place, the next ones in the next; all of them where it is not said.
    """
    before, turn = world.standing("housing"), 0
    for way in world.ways:
        role = "administrator" if way.may == "manage-users" else "analyst"
        for place in (*way.params, *way.fields, *way.queries, "cookie", "header"):
            turn += each or 0
            chosen = payloads if each is None else [payloads[(turn + n) % len(payloads)] for n in range(each)]
            for payload in chosen:
                answer = _inject(world, way, place, payload, world.remain("police", role))
                said = f"{payload[:40]!r} as {place} of {way.method} {way.path}"
                yield from every_answer(answer, said)
                if "9801547" in answer.text:
                    yield f"{said} was worked out"
    if world.standing("housing") != before:
        yield "something of housing was changed"


def _inject(world: World, way: Way, place: str, payload: str, word: str) -> Response:
    form = {"data": {**way.fields, "word": word}, "headers": {"origin": world.origin}}
    sent = form if way.method == "POST" else {}
    if place in way.params:
        return world.ask(way, {place: quote(payload, safe="", errors="surrogatepass")}, **sent)
    if place in way.fields:
        return world.submit(way, word, **{place: payload})
    if place in way.queries:
        return world.ask(way, params={place: payload})
    written = quote(payload, safe=" <>'\"(){}$#*;=/:\\.-", errors="replace")
    named = dict.fromkeys(CARRIED, written)
    if place == "cookie":
        named = {"cookie": f"tocsin={written}; tocsin-door={written}"}
    return world.ask(way, **{**sent, "headers": {**sent.get("headers", {}), **named}})


def fixed_sessions(world: World) -> Iterator[str]:
    """No address takes up a session that the page did not begin."""
    for way in world.ways:
        world.browser.hold("evil-chosen-by-another")
        answer = world.ask(way)
        yield from every_answer(answer, f"chosen {way.path}")
        if "evil-chosen" in str(answer.headers):
            yield f"chosen {way.path}: taken up"


def foreign_names(world: World) -> Iterator[str]:
    """No address answers to another host's name."""
    for way in world.ways:
        world.sit("police", "administrator")
        for host in ("evil.example", "localhost.evil.example", "localhost@evil.example", "", "evil.example:8080"):
            answer = world.ask(way, headers={"host": host})
            yield from every_answer(answer, f"host {host} {way.path}")
            if answer.status_code != 421:
                yield f"host {host} {way.path}: {answer.status_code}"


CHECKS: tuple[Check, ...] = (
    methods, nobody, roles, other_agencies, forged_forms, sizes, fixed_sessions, foreign_names, injections,
)  # fmt: skip


def garbled(world: World, seed: int, rounds: int) -> Iterator[str]:
    """The payloads cut, doubled and mixed by chance, as so many more injections."""
    chance = random.Random(seed)
    for _ in range(rounds):
        one, other = chance.sample(PAYLOADS, 2)
        mixed = one[: chance.randint(0, len(one))] + other[chance.randint(0, len(other)) :]
        yield from injections(world, (mixed.encode("utf-8", "replace").decode(),))
