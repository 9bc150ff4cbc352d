"""YAML of plain values, every text in quotes: enough for manifests, and no library for it."""

import json
from collections.abc import Iterator, Mapping, Sequence


def documents(values: Sequence[Mapping[str, object]]) -> str:
    """Several documents in one file."""
    return "".join("---\n" + "".join(f"{line}\n" for line in _lines(value, "")) for value in values)


def _lines(value: Mapping[str, object] | Sequence[object], indent: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _entry(f"{indent}{_key(name)}:", inner, indent + "  ")
    else:
        for inner in value:
            first, *rest = _lines(inner, "") if isinstance(inner, Mapping) else (_scalar(inner),)
            yield f"{indent}- {first}"
            yield from (f"{indent}  {line}" for line in rest)


def _entry(name: str, value: object, indent: str) -> Iterator[str]:
    if value and isinstance(value, Mapping | list | tuple):
        yield name
        yield from _lines(value, indent)
    else:
        yield f"{name} {_scalar(value)}"


def _key(name: str) -> str:
    return name if name.replace("-", "").replace("_", "").isalnum() else json.dumps(name)


def _scalar(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
