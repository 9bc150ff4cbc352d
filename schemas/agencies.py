"""The partnership: which agencies there are and what each may be told, kept as data."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

AGENCY_NAME = re.compile(r"[a-z][a-z0-9-]{1,30}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """One member of the partnership.

    ``statutory``: a relevant authority under section 115 of the Crime and Disorder Act 1998.
    ``cleared``: sensitivities, and ``OFFICIAL-SENSITIVE``, its analysts may be told of.
    """

    name: str
    title: str
    statutory: bool = False
    cleared: frozenset[str] = frozenset()


Partnership = Mapping[str, Agency]


def is_agency_name(name: str) -> bool:
    """Whether ``name`` has the form the contract gives an agency's name."""
    return AGENCY_NAME.fullmatch(name) is not None


@lru_cache(maxsize=8)
def load_partnership(path: Path | None = None) -> Partnership:
    """Read the agencies file; raises ``ValueError`` naming the entry that is wrong."""
    source = (
        path.read_text("utf-8") if path else files("schemas").joinpath("vocabulary/agencies.toml").read_text("utf-8")
    )
    members = {}
    for name, entry in tomllib.loads(source).get("agency", {}).items():
        if not is_agency_name(name):
            raise ValueError(f"agencies file: {name!r} is not an agency name ([a-z][a-z0-9-]{{1,30}})")
        unknown = set(entry) - {"title", "statutory", "cleared"}
        if unknown:
            raise ValueError(f"agencies file: {name} has an unknown entry {sorted(unknown)[0]!r}")
        members[name] = Agency(
            name=name,
            title=entry.get("title", name),
            statutory=bool(entry.get("statutory", False)),
            cleared=frozenset(entry.get("cleared", ())),
        )
    if not members:
        raise ValueError("agencies file: it names no agency")
    return members
