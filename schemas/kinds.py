"""What a report can be about: categories, and finer kinds with their headings of anti-social behaviour."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """A finer kind, its title, and its heading of anti-social behaviour, if it has one."""

    name: str
    title: str
    heading: str | None = None


def vocabulary(name: str) -> dict[str, Any]:
    """A vocabulary file that is part of Tocsin."""
    return tomllib.loads(files("schemas").joinpath(f"vocabulary/{name}.toml").read_text("utf-8"))


_DETAILS = vocabulary("details")
CATEGORIES: Mapping[str, str] = vocabulary("categories")["category"]
HEADINGS: Mapping[str, str] = _DETAILS["heading"]
DETAILS: Mapping[str, Detail] = {name: Detail(name=name, **entry) for name, entry in _DETAILS["detail"].items()}
