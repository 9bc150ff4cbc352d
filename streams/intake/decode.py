"""Bytes to one JSON object, or a reason why not."""

import json
import re
from codecs import BOM_UTF8
from datetime import datetime
from typing import Any, NoReturn

from jiter import from_json

from schemas.agencies import is_agency_name
from schemas.sentences import shown
from schemas.values import read_moment
from streams.intake.refused import Refused

MOST_BYTES = 1 << 20
DEEPEST = 32

_ID = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,128}")
_TWICE = re.compile(r'duplicate key "(.*)" at line', re.DOTALL)


def decode(raw: bytes | None) -> dict[str, Any]:
    """The object that a record's bytes are; raises ``Refused``."""
    if raw is None or not raw.strip():
        raise Refused("empty", ["the record is empty"])
    if len(raw) > MOST_BYTES:
        raise Refused("too-large", [f"the record has {len(raw):,} bytes; at most {MOST_BYTES:,} are taken"])
    try:
        body = from_json(raw.removeprefix(BOM_UTF8), catch_duplicate_keys=True, allow_inf_nan=False)
    except ValueError as error:
        _refuse(raw, str(error))
    if not isinstance(body, dict):
        raise Refused("not-an-object", ["the record is JSON, but not one object in braces"])
    if _may_be_deep(raw) and _depth(body) > DEEPEST:
        raise Refused("too-deep", [f"objects and lists are nested deeper than {DEEPEST}"])
    return body


def _refuse(raw: bytes, said: str) -> NoReturn:
    """Say why the parser refused; it names places in the bytes, and of their content no more than a key."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("not-utf8", [f"the record is not UTF-8 text: byte {error.start} cannot stand there"]) from None
    if twice := _TWICE.search(said):
        raise Refused("duplicate-key", [f"the key {shown(twice[1])} stands twice in one object"])
    if "recursion limit" in said:
        raise Refused("too-deep", [f"objects and lists are nested deeper than {DEEPEST}"])
    if "surrogate" in said or ("hex escape" in said and _is_json(raw)):
        raise Refused("invalid", ["a text holds half a surrogate pair, which is no character"])
    if "out of range" in said:
        raise Refused("invalid", ["a number has more digits than can be read"])
    if _is_json(raw):  # Python's parser takes NaN and the infinities, and nothing else that ours refuses
        raise Refused("not-finite", ["a number is NaN or infinite"])
    raise Refused("not-json", [f"the record is not JSON: {said}"])


def _is_json(raw: bytes) -> bool:
    return _leniently(raw.removeprefix(BOM_UTF8).decode("utf-8")) is not None


def _leniently(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _may_be_deep(raw: bytes) -> bool:
    return raw.count(b"{") + raw.count(b"[") > DEEPEST


def _depth(value: Any) -> int:
    """How deep the objects and lists of ``value`` are nested, itself counted."""
    deepest, rest = 0, [(value, 1)]
    while rest:
        inner, depth = rest.pop()
        if isinstance(inner, dict | list):
            deepest = max(deepest, depth)
            rest.extend((each, depth + 1) for each in (inner.values() if isinstance(inner, dict) else inner))
    return deepest


def salvage(raw: bytes | None) -> dict[str, Any]:
    """What can be read of a record that is refused, were it only to say which report it was to be."""
    if raw is None or len(raw) > MOST_BYTES:
        return {}
    body = _leniently(raw)  # of bytes, Python's parser finds out the encoding
    return body if isinstance(body, dict) else {}


def readable_id(body: dict[str, Any]) -> str | None:
    """The report's id, if there is one that can be told back."""
    found = body.get("id")
    return found if isinstance(found, str) and _ID.fullmatch(found) else None


def readable_version(body: dict[str, Any]) -> int | None:
    """The report's version, 1 where it says none, None where it says none that can be one."""
    found = body.get("version", 1)
    return found if type(found) is int and 1 <= found < 2**63 else None


def readable_agency(body: dict[str, Any]) -> str | None:
    """The agency the report says it is of, if that can be an agency's name."""
    found = body.get("agency")
    return found if isinstance(found, str) and is_agency_name(found) else None


def readable_moment(body: dict[str, Any]) -> datetime | None:
    """When it was reported, if that can be read."""
    try:
        return read_moment(body.get("reported_at"))
    except ValueError:
        return None
