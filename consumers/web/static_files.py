"""The page's files: our own, and those that ``make install`` builds; nothing else of the machine's."""

from functools import lru_cache
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable

from fastapi import HTTPException, Request, Response

KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
OURS = frozenset({"icon.svg", "page.js", "triage.js", "map.js"})
BUILT = frozenset({"tocsin.css", "govuk.js", "htmx.js", "sse.js", "leaflet.js"})
# They hold nothing of anybody, so a browser may keep them as long as it asks each time whether they still hold.
CACHE = "private, no-cache"


@lru_cache(maxsize=1)
def dressed() -> bool:
    """Whether all that is built is there."""
    return all(_place(name).is_file() for name in BUILT)


def static(request: Request, name: str) -> Response:
    """One of the files."""
    if name not in OURS | BUILT or not _place(name).is_file():
        raise HTTPException(404)
    held, tag = _read(name)
    headers = {"ETag": tag, "Cache-Control": CACHE}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(held, media_type=KINDS[name[name.rindex(".") :]], headers=headers)


@lru_cache(maxsize=len(OURS | BUILT))
def _read(name: str) -> tuple[bytes, str]:
    held = _place(name).read_bytes()
    return held, f'"{blake2b(held, digest_size=12).hexdigest()}"'


def _place(name: str) -> Traversable:
    folder = files("consumers.web") / "static"
    return folder / "built" / name if name in BUILT else folder / name
