"""What a form sent: short, of one kind, and from a page of ours."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs

from fastapi import HTTPException, Request

LARGEST = 32 * 1024  # bytes; the longest form has a name, a reason and some boxes
MOST_FIELDS = 64
KIND = "application/x-www-form-urlencoded"

Form = Mapping[str, Sequence[str]]


async def read_form(request: Request) -> Form:
    """The fields; refuses (413, 415, 400) what no form of ours sends, without reading on."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != KIND:
        raise HTTPException(415)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise HTTPException(413)
    try:
        return parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise HTTPException(400) from None


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
