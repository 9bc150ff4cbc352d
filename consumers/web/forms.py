"""What a form sent: short, of one kind, and from a page of ours."""

from collections.abc import Mapping, Sequence
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qs

from fastapi import HTTPException, Request

LARGEST = 32 * 1024  # bytes; the longest form has a name, a reason and some boxes
MOST_FIELDS = 64
KIND = "application/x-www-form-urlencoded"
WITH_FILE = "multipart/form-data"
LARGEST_FILE = 1100 * 1024  # bytes; a table of reports and the fields beside it

Form = Mapping[str, Sequence[str]]


async def read_form(request: Request) -> Form:
    """The fields; refuses (413, 415, 400) what no form of ours sends, without reading on."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != KIND:
        raise HTTPException(415)
    body = await _body(request, LARGEST)
    try:
        return parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise HTTPException(400) from None


async def read_upload(request: Request) -> Form:
    """The fields of a form that may carry a file, read as text and never written to a disk; refuses as above."""
    kind = request.headers.get("content-type", "")
    if kind.split(";")[0].strip().lower() != WITH_FILE:
        return await read_form(request)
    body = await _body(request, LARGEST_FILE)
    try:
        read = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode("latin-1") + body)
        parts = list(read.iter_parts()) if read.is_multipart() else []
    except (ValueError, LookupError, TypeError, AttributeError, IndexError, RecursionError):
        raise HTTPException(400) from None
    if not parts or len(parts) > MOST_FIELDS:
        raise HTTPException(400)
    form: dict[str, list[str]] = {}
    for part in parts:
        name, payload = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes):
            form.setdefault(name, []).append(_text(payload))
    return form


async def _body(request: Request, most: int) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise HTTPException(413)
    return body


def _text(payload: bytes) -> str:
    """UTF-8, or else what spreadsheets on Windows write."""
    try:
        return payload.decode("utf-8-sig")
    except UnicodeDecodeError:
        return payload.decode("cp1252", errors="replace")


def one(form: Form, name: str) -> str:
    """The field's value; empty where it was not sent, or more than once."""
    values = form.get(name, ())
    return values[0] if len(values) == 1 else ""


def from_our_page(request: Request, scheme: str) -> bool:
    """Whether the browser says that a page of this very origin sent the form; one that says nothing is not believed."""
    origin = request.headers.get("origin", "null")
    if origin != "null":
        return origin == f"{scheme}://{request.headers.get('host', '')}"
    return request.headers.get("sec-fetch-site") == "same-origin"
