"""CloudEvents 1.0 in Kafka headers (binary mode): ``ce_source`` and ``ce_id`` name a message."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings.kafka import to_binary
from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from schemas.values import read_moment

SOURCE = "tocsin"
Headers = tuple[tuple[str, bytes], ...]

_JSON = JSONFormat()
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_SEGMENTS = re.compile(r"[/:?#]")


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageName:
    """What a sender calls a message: the same name is the same message."""

    source: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What a message's headers say: its name, if it has one, and what of them could not be used."""

    name: MessageName | None = None
    warnings: tuple[str, ...] = ()


NO_ENVELOPE = Envelope()


def headers_for(word: str, *, id: str, at: datetime, subject: str | None = None, source: str = SOURCE) -> Headers:
    """The headers of a message that carries ``word`` (alert, receipt, …); ``at`` is event time, never a clock's."""
    attributes = {
        "id": id,
        "source": source,
        "type": f"tocsin.{word}.v1",
        "specversion": "1.0",
        "datacontenttype": "application/json",
        "time": at.astimezone(UTC),
    }
    if subject:
        attributes["subject"] = subject
    return tuple(to_binary(CloudEvent(attributes, b""), _JSON).headers.items())


def read_envelope(headers: Iterable[tuple[str, bytes]]) -> Envelope:
    """What the CloudEvents headers of a message say; none is fine, and malformed ones are told and not used."""
    found = {name.lower(): value for name, value in headers if name.lower().startswith("ce_")}
    if not found:
        return NO_ENVELOPE
    try:
        event = _event_of(found)
    except (CloudEventValidationError, ValueError, TypeError):
        return Envelope(warnings=("the CloudEvents headers are not whole, and are not used",))
    return Envelope(name=MessageName(source=event.get_source(), id=event.get_id()))


def _event_of(headers: Mapping[str, bytes]) -> BaseCloudEvent:
    """The event that headers describe, without its body: that is judged by itself, and read only once."""
    attributes: dict[str, Any] = {name.removeprefix("ce_"): value.decode("utf-8") for name, value in headers.items()}
    if "id" not in attributes:  # the package would make one up, and it must be the sender's
        raise ValueError("ce_id is missing")
    # So it would a time, from a clock.
    attributes["time"] = read_moment(attributes["time"]) if "time" in attributes else _NO_TIME
    return CloudEvent(attributes)


def names_another(headers: Iterable[tuple[str, bytes]], agency: str, known: Collection[str]) -> bool:
    """Whether a header speaks in another agency's name.

    A source may be the agency, or a URI or URN with the agency as one of its parts; one that names no agency of the
    partnership is only a name.
    """
    for header, value in headers:
        match header.lower():
            case "ce_source":
                parts = set(_SEGMENTS.split(value.decode("utf-8", "replace").strip().lower()))
            case "ce_id":
                parts = {value.decode("utf-8", "replace").partition(":")[0].strip().lower()}
            case _:
                continue
        if agency not in parts and any(part in known for part in parts):
            return True
    return False
