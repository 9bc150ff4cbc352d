"""The fields of a report as paths, such as ``people.0.address.postcode``, with the kind of value each takes."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from itertools import pairwise
from typing import Any

from schemas.report import Report

# The one name of a list's every place, and of every key of an object whose keys are the sender's own.
ANY = "*"
_NUMBER = re.compile(r"0|[1-9]\d?")


@lru_cache(maxsize=1)
def field_kinds() -> Mapping[str, str]:
    """Every path a value can stand at, with its kind: text, integer, number, moment, born, list or free."""
    schema = Report.model_json_schema(by_alias=True)
    return dict(_walk("", schema, schema.get("$defs", {})))


def _walk(path: str, schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    schema = _plain(schema, defs)
    match schema.get("type"):
        case "object" if "properties" in schema:
            for name, inner in schema["properties"].items():
                yield from _walk(f"{path}.{name}" if path else name, inner, defs)
        case "object":
            yield f"{path}.{ANY}", "text" if path.endswith(".identifiers") else "free"
        case "array" if _plain(schema["items"], defs).get("type") == "object":
            yield from _walk(f"{path}.{ANY}", schema["items"], defs)
        case "array":
            yield path, "list"
        case "integer" | "number" as kind:
            yield path, kind
        case _ if schema.get("format") == "date-time":
            yield path, "moment"
        case _:
            yield path, "born" if path.endswith(".born") else "text"


def _plain(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema itself, where it is a reference or one that null may stand in for."""
    if "$ref" in schema:
        return _plain(defs[schema["$ref"].rpartition("/")[2]], defs)
    for choice in schema.get("anyOf", ()):
        if choice.get("type") != "null":
            return _plain(choice, defs)
    return schema


def kind_of(path: str) -> str:
    """The kind of value at ``path``; raises ``ValueError`` naming the nearest field where there is none such."""
    kinds = field_kinds()
    parts = path.split(".")
    if parts[0] == "extension" and len(parts) > 1 and all(parts):
        return "free"
    shape = ".".join(ANY if _NUMBER.fullmatch(part) else part for part in parts)
    if shape in kinds:
        return kinds[shape]
    keyed = ".".join([*shape.split(".")[:-1], ANY])
    if "identifiers" in parts[-2:-1] and parts[-1] and keyed in kinds:
        return kinds[keyed]
    near = get_close_matches(shape, kinds, n=1, cutoff=0.5)
    hint = f"; nearest is {near[0].replace(ANY, '0')}" if near else ""
    raise ValueError(f"{path!r} is no field of a report{hint}")


def put(report: dict[str, Any], path: str, value: Any) -> None:
    """Put ``value`` at ``path``; a number in it is a place in a list, which is lengthened to reach it."""
    here: Any = report
    parts = path.split(".")
    for part, following in pairwise(parts):
        fresh: Any = [] if _is_place(parts, following) else {}
        if isinstance(here, list):
            here.extend({} for _ in range(int(part) + 1 - len(here)))
            here = here[int(part)]
        else:
            here = here.setdefault(part, fresh)
    here[parts[-1]] = value


def holds(report: Mapping[str, Any], path: str) -> bool:
    """Whether something stands at ``path``."""
    here: Any = report
    for part in path.split("."):
        if isinstance(here, list):
            here = here[int(part)] if int(part) < len(here) else {}
        elif part in here:
            here = here[part]
        else:
            return False
    return True


def _is_place(parts: list[str], part: str) -> bool:
    return parts[0] in ("people", "vehicles") and part == parts[1]
