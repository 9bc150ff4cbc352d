"""What is published is current, valid, and takes what it took before."""

import json
from copy import deepcopy
from typing import Any

import jsonschema
import pytest
from jsonsubschema import isSubschema

from schemas.publish import FOLDER, as_text, documents
from schemas.report import read_report
from schemas.topics import FAMILIES
from tests.streams.intake.making import grading, person, report

DOCUMENTS = documents()
SCHEMAS = sorted(name for name in DOCUMENTS if name != "asyncapi.json")
FROZEN = sorted(file.name for file in (FOLDER / "frozen").iterdir())

WHOLE = report(
    version=2,
    detail="noise",
    asb_type="nuisance",
    grading=grading(),
    restricted_to=["council"],
    sensitive=["child"],
    people=[person(born="1990-04", identifiers={"pnc": "1"}, address={"lat": 53.2, "lon": -1})],
    place={"easting": 1, "northing": 2.5},
    vehicles=[{"vrm": "AB12 CDE"}],
    related=["fire:1"],
    extension={"any": [None]},
)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_published_documents_are_current(name):
    published = (FOLDER / name).read_text("utf-8")
    assert published == as_text(DOCUMENTS[name]), "run `make published`"


def test_nothing_else_is_published():
    assert {file.name for file in FOLDER.iterdir()} == {*DOCUMENTS, "frozen"}


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one_by_its_own_dialect(name):
    assert DOCUMENTS[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(DOCUMENTS[name])


@pytest.mark.parametrize("body", [report(), WHOLE, report(people=None, place={"lat": None}, detail=None)])
def test_what_the_reader_takes_fits_the_schema(body):
    assert read_report(body)
    jsonschema.validate(body, DOCUMENTS["report.v1.json"])


@pytest.mark.parametrize(
    "changes", [{"id": 5}, {"agency": ...}, {"colour": "red"}, {"version": None}, {"people": [{}]}]
)
def test_what_does_not_fit_the_schema_is_refused(changes):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(report(**changes), DOCUMENTS["report.v1.json"])
    with pytest.raises(ValueError, match="validation error"):
        read_report(report(**changes))


# ── compatibility ──────────────────────────────────────────────────────────────────────────────────────────


def reduced(schema: Any, definitions: dict[str, Any]) -> Any:
    """A schema as jsonsubschema can compare it.

    It knows no $defs, so references are put in place; it compares regular expressions by automata, which takes minutes
    for ours, so patterns (and formats, titles, defaults) are left out and compared by ``patterns`` below.
    """
    if isinstance(schema, list):
        return [reduced(inner, definitions) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return reduced(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    left_out = {"$defs", "$schema", "$id", "title", "description", "default", "format", "pattern"}
    return {
        key: {field: reduced(each, definitions) for field, each in inner.items()}
        if key == "properties"
        else reduced(inner, definitions)
        for key, inner in schema.items()
        if key not in left_out
    }


def patterns(schema: Any, path: str = "") -> set[tuple[str, str]]:
    """Every pattern and format with where it stands."""
    if isinstance(schema, list):
        return {found for number, inner in enumerate(schema) for found in patterns(inner, f"{path}/{number}")}
    if not isinstance(schema, dict):
        return set()
    here = {(path, str(schema[key])) for key in ("pattern", "format") if isinstance(schema.get(key), str)}
    return here.union(*(patterns(inner, f"{path}/{key}") for key, inner in schema.items()))


def fits(written: dict[str, Any], read: dict[str, Any]) -> bool:
    """Whether all that fits the writer's schema fits the reader's."""
    return isSubschema(reduced(written, written["$defs"]), reduced(read, read["$defs"]))


def frozen(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / "frozen" / name).read_text("utf-8"))
    return loaded


@pytest.mark.parametrize("name", FROZEN)
def test_what_an_old_writer_sends_fits_the_new_reader(name):
    assert fits(frozen(name), DOCUMENTS[name])
    assert stricter(DOCUMENTS[name], frozen(name)) == set()


def stricter(read: dict[str, Any], written: dict[str, Any]) -> set[tuple[str, str]]:
    """Patterns and formats of the reader where the writer knew the field and not the pattern."""
    return {found for found in patterns(read) - patterns(written) if _has(written, found[0])}


def _has(schema: Any, path: str) -> bool:
    for step in path.split("/")[1:]:
        known = schema if isinstance(schema, dict) else dict(enumerate(schema))
        key = step if isinstance(schema, dict) else int(step)
        if key not in known:
            return False
        schema = known[key]
    return True


def _narrow(path: list[Any], value: Any) -> dict[str, Any]:
    schema = deepcopy(DOCUMENTS["report.v1.json"])
    at: Any = schema
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return schema


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["required"], ["id", "agency", "reported_at", "occurred", "category", "summary"]),
        (["properties", "category", "enum"], ["burglary"]),
        (["properties", "version", "maximum"], 100),
        (["properties", "id", "maxLength"], 64),
        (["$defs", "Person", "required"], ["role", "name"]),
        (["$defs", "Person", "properties", "sex", "anyOf"], [{"enum": ["M", "F"], "type": "string"}, {"type": "null"}]),
        (["$defs", "Grading", "properties", "source", "enum"], ["1", "2"]),
        (["properties", "people", "anyOf", 0, "maxItems"], 10),
        (["properties", "place", "anyOf"], [{"type": "null"}]),
    ],
)
def test_a_narrower_reader_would_be_found(path, value):
    assert not fits(frozen("report.v1.json"), _narrow(path, value))


def test_a_stricter_pattern_would_be_found():
    stricter_id = _narrow(["properties", "id", "pattern"], "^[0-9]+$")
    assert stricter(stricter_id, frozen("report.v1.json")) == {("/properties/id", "^[0-9]+$")}


def test_a_wider_reader_is_compatible():
    wider = deepcopy(DOCUMENTS["report.v1.json"])
    wider["properties"]["weather"] = {"type": "string"}
    wider["properties"]["asb_type"]["anyOf"][0]["enum"].append("other")
    assert fits(frozen("report.v1.json"), wider)
    assert not fits(wider, frozen("report.v1.json"))


# ── AsyncAPI ───────────────────────────────────────────────────────────────────────────────────────────────


def test_every_topic_is_a_channel():
    document = DOCUMENTS["asyncapi.json"]
    assert document["asyncapi"] == "3.0.0"
    addresses = {channel["address"] for channel in document["channels"].values()}
    assert addresses == {family.topic("{stage}" if family.per_stage else "{agency}") for family in FAMILIES}


def test_every_reference_leads_somewhere():
    document = DOCUMENTS["asyncapi.json"]

    def follow(part: Any) -> None:
        if isinstance(part, dict):
            target = part.get("$ref")
            if target is not None and target.startswith("#/"):
                at: Any = document
                for step in target[2:].split("/"):
                    at = at[step]
            elif target is not None:
                assert target in DOCUMENTS
            for inner in part.values():
                follow(inner)
        elif isinstance(part, list):
            for inner in part:
                follow(inner)

    follow(document)


def test_who_sends_and_who_receives():
    operations = DOCUMENTS["asyncapi.json"]["operations"]
    assert {name: one["action"] for name, one in operations.items()} == {
        "receive-inbound": "receive",
        "send-rejected": "send",
        "send-receipts": "send",
        "send-alerts": "send",
        "receive-feedback": "receive",
        "send-work": "send",
        "receive-work": "receive",
    }
