"""The partnership: which agencies there are and what each may be told, kept as data."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from schemas.agreements import Agreement, agreements_source, read_agreements
from schemas.files import LARGEST_TOML, NotReadable, text_of, toml_in

T = TypeVar("T")

AGENCY_NAME = re.compile(r"[a-z][a-z0-9-]{1,30}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """The most that each of an agency's users may ask of the broker; beyond it they are slowed down, never refused.

    ``busy_percent``: the time of the broker's threads, where 100 is one thread for all of the time.
    """

    write_bytes_s: int = 4 << 20
    read_bytes_s: int = 8 << 20
    busy_percent: int = 50


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
    quota: Quota = Quota()


@dataclass(frozen=True, eq=False)
class Partnership(Mapping[str, Agency]):
    """The agencies by name, and what they agreed to share; without an agreement they share nothing."""

    members: Mapping[str, Agency]
    agreements: tuple[Agreement, ...] = ()

    def __getitem__(self, name: str) -> Agency:
        """The agency of that name."""
        return self.members[name]

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self.members)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.members)

    def __eq__(self, other: object) -> bool:
        """One read twice is two: what was worked out for it is looked up by it."""
        return self is other

    def __hash__(self) -> int:
        """Of this one."""
        return id(self)


def is_agency_name(name: str) -> bool:
    """Whether ``name`` has the form the contract gives an agency's name."""
    return AGENCY_NAME.fullmatch(name) is not None


@lru_cache(maxsize=8)
def load_partnership(path: Path | None = None, agreements: Path | None = None) -> Partnership:
    """Read the agencies file and what they agreed; raises ``NotReadable`` naming the entry that is wrong."""
    said = _said(path)
    usual = _quota(said.get("quota", {}), Quota(), "the default")
    members = {}
    for name, entry in _table(said.get("agency", {}), "its agencies").items():
        if not is_agency_name(name):
            raise NotReadable(f"agencies file: {name!r} is not an agency name ([a-z][a-z0-9-]{{1,30}})")
        unknown = set(_table(entry, name)) - {"title", "statutory", "cleared", "quota"}
        if unknown:
            raise NotReadable(f"agencies file: {name} has an unknown entry {sorted(unknown)[0]!r}")
        members[name] = Agency(
            name=name,
            title=_of_kind(str, entry.get("title", name), f"{name}'s title is not a text"),
            statutory=_of_kind(bool, entry.get("statutory", False), f"{name}'s statutory is neither true nor false"),
            cleared=frozenset(_texts(entry.get("cleared", []), f"{name}'s cleared is not a list of texts")),
            quota=_quota(entry.get("quota", {}), usual, name),
        )
    if not members:
        raise NotReadable("agencies file: it names no agency")
    statutory = {name: member.statutory for name, member in members.items()}
    return Partnership(members, read_agreements(agreements_source(agreements), statutory))


def _said(path: Path | None) -> dict[str, Any]:
    if path is None:
        return toml_in(files("schemas").joinpath("vocabulary/agencies.toml").read_text("utf-8"))
    try:
        return toml_in(text_of(path, LARGEST_TOML))
    except NotReadable as error:
        raise NotReadable(f"agencies file: {error}") from None


def _table(value: object, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise NotReadable(f"agencies file: {what} is not a table, but {value!r:.40}")
    return value


def _of_kind(kind: type[T], value: object, says: str) -> T:
    if not isinstance(value, kind):
        raise NotReadable(f"agencies file: {says}")
    return value


def _texts(value: object, says: str) -> list[str]:
    return [_of_kind(str, one, says) for one in _of_kind(list, value, says)]


def _quota(entry: object, usual: Quota, whose: str) -> Quota:
    named = _table(entry, f"the quota of {whose}")
    for name, value in named.items():
        if name not in {field.name for field in fields(Quota)}:
            raise NotReadable(f"agencies file: the quota of {whose} has an unknown entry {name!r}")
        if type(value) is not int or value < 1:
            raise NotReadable(f"agencies file: the quota of {whose} has {name} = {value!r}, not a number above 0")
    return replace(usual, **named)
