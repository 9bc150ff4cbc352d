"""What others build against: JSON Schemas of the words, and an AsyncAPI document made from the topic table.

``python -m schemas.publish`` writes them to ``schemas/published``; a test holds that they are current.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from schemas.alert import Alert
from schemas.feedback import Feedback
from schemas.receipt import Receipt
from schemas.report import NEVER_NULL, Report
from schemas.topics import ALERTS, FAMILIES, FEEDBACK, INBOUND, RECEIPTS, REJECTED, WORK, Family, Party
from schemas.values import Word

FOLDER = Path(__file__).parent / "published"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
WORDS: Mapping[str, type[Word]] = {"report": Report, "alert": Alert, "receipt": Receipt, "feedback": Feedback}

Document = dict[str, Any]

_CARRIES: Mapping[str, str] = {
    INBOUND.name: "report",
    REJECTED.name: "rejected",
    RECEIPTS.name: "receipt",
    ALERTS.name: "alert",
    FEEDBACK.name: "feedback",
    WORK.name: "work",
}
_TEXT: Document = {"type": "string"}


def documents() -> dict[str, Document]:
    """Every published document by its file's name."""
    return {f"{name}.v1.json": json_schema(name, word) for name, word in WORDS.items()} | {"asyncapi.json": asyncapi()}


def json_schema(name: str, word: type[Word]) -> Document:
    """The JSON Schema (2020-12) of a word as its reader takes it."""
    schema = word.model_json_schema(by_alias=True, mode="validation")
    return {"$schema": DIALECT, "$id": f"urn:tocsin:{name}:v1", **_plain(schema)}


def _plain(schema: Any) -> Any:
    """A schema without the titles pydantic makes up, and with null wherever the reader takes it as absent."""
    if isinstance(schema, list):
        return [_plain(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _plain(inner) for key, inner in schema.items() if key not in ("properties", "title")}
    if "properties" in schema:
        plain["title"] = schema.get("title", "")
        needed = {*schema.get("required", ()), *NEVER_NULL}
        plain["properties"] = {
            field: _plain(inner) if field in needed else _or_null(_plain(inner))
            for field, inner in schema["properties"].items()
        }
    return plain


def _or_null(schema: Document) -> Document:
    if {"type": "null"} in schema.get("anyOf", ()):
        return schema
    about: Document = {key: schema[key] for key in ("default", "description") if key in schema}
    rest = {key: value for key, value in schema.items() if key not in about}
    return {"anyOf": [rest, {"type": "null"}], **about}


def asyncapi() -> Document:
    """The AsyncAPI 3.0 document of every topic, seen from the pipeline."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Tocsin",
            "version": "1.0.0",
            "description": "Agencies push reports; analysts hear of issues; senders hear what came of what they sent.",
        },
        "defaultContentType": "application/json",
        "channels": {family.name: _channel(family) for family in FAMILIES},
        "operations": dict(_operations()),
        "components": {
            "messages": {name: _message(name) for name in _CARRIES.values()},
            "messageTraits": {"cloudevents": {"headers": _cloudevents()}},
        },
    }


def _channel(family: Family) -> Document:
    of = "stage" if family.per_stage else "agency"
    carries = _CARRIES[family.name]
    return {
        "address": family.topic(f"{{{of}}}"),
        "description": f"Carries {family.carries}. Key: {family.key}. Kept: {_kept(family)}.",
        "parameters": {of: {"description": f"The {of}'s name."}},
        "messages": {carries: {"$ref": f"#/components/messages/{carries}"}},
        "bindings": {"kafka": {"topicConfiguration": _configuration(family), "bindingVersion": "0.5.0"}},
    }


def _kept(family: Family) -> str:
    return "compacted" if family.kept_ms is None else f"{family.kept_ms // 86_400_000} days"


def _configuration(family: Family) -> Document:
    if family.kept_ms is None:
        return {"cleanup.policy": ["compact"]}
    return {"cleanup.policy": ["delete"], "retention.ms": family.kept_ms}


def _operations() -> Iterator[tuple[str, Document]]:
    for family in FAMILIES:
        channel = {"$ref": f"#/channels/{family.name}"}
        if family.writer is Party.PIPELINE:
            yield f"send-{family.name}", {"action": "send", "channel": channel}
        if family.reader is Party.PIPELINE:
            yield f"receive-{family.name}", {"action": "receive", "channel": channel}


def _message(name: str) -> Document:
    key = {"bindings": {"kafka": {"key": _TEXT, "bindingVersion": "0.5.0"}}}
    if name in WORDS:
        payload = {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"{name}.v1.json"},
        }
        return {"name": name, "payload": payload, "traits": [{"$ref": "#/components/messageTraits/cloudevents"}], **key}
    if name == "rejected":
        why = ("code", "reason", "reasons", "topic", "partition", "offset", "at")
        headers = {"type": "object", "properties": {f"dlq.{field}": _TEXT for field in why}}
        return {"name": name, "contentType": "application/octet-stream", "headers": headers, **key}
    return {"name": name, "payload": {"type": "object", "properties": {"wake": {"type": "boolean"}}}, **key}


def _cloudevents() -> Document:
    """The headers of the CloudEvents 1.0 Kafka binding; a report may come without them."""
    fields = ("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "content-type")
    return {"type": "object", "properties": dict.fromkeys(fields, _TEXT)}


def as_text(document: Document) -> str:
    """A document as its file holds it: the same document, the same text."""
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def write(folder: Path = FOLDER) -> None:
    """Write every document to its file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in documents().items():
        (folder / name).write_text(as_text(document), "utf-8")


if __name__ == "__main__":
    write()
