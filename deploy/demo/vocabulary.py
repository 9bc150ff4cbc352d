"""The simulator's data files, read once into values."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from deploy.demo.chance import Weighted


@cache
def data(name: str) -> Mapping[str, Any]:
    """One data file of the simulator."""
    return tomllib.loads(files("deploy.demo").joinpath(f"data/{name}.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """How carelessly the agencies write; the fields are explained in noise.toml."""

    typo: float
    nickname: float
    initial: float
    no_born: float
    swap_born: float
    wrong_born: float
    age_only: float
    no_name: float
    transpose: float
    street: float
    no_code: float
    bad_code: float
    point_m: float
    other_kind: float
    hour: float
    absent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """Days and hours at which a kind of thing happens."""

    days: tuple[float, ...]
    hours: Weighted[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part somebody may play: how likely it is played, and known by name, and out of whom."""

    role: str
    there: float
    named: float
    pool: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of incident; the fields are explained in kinds.toml."""

    name: str
    category: str
    details: tuple[str, ...]
    asb_type: str | None
    rate: float
    when: When
    where: str
    minutes: tuple[int, int]
    tell: Weighted[str]
    shares: Mapping[str, float]
    also: tuple[tuple[str, float], ...]
    parts: tuple[Part, ...]
    category_by: Mapping[str, str]
    related: tuple[str, ...]
    sensitive: tuple[str, ...]
    sensitive_by: Mapping[str, list[str]]
    restricted: float
    graded: float | None
    vehicle: float
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How one agency writes; the fields are explained in styles.toml."""

    agency: str
    ref: str
    zone: str
    json: str
    clock: str
    delay: tuple[float, float]
    push: tuple[float, float]
    name: str
    graded: float
    names_people: float
    identifiers: Mapping[str, float]
    gives: Mapping[str, float]
    place: Weighted[str]
    frames: tuple[str, ...]
    office: bool = False
    at: int | None = None
    handling_c: float = 0.0
    os_sensitive: float = 0.0


@cache
def noise(level: str) -> Noise:
    """The noise of a level: low, mid or high."""
    levels = data("noise")
    if level not in levels:
        raise ValueError(f"no noise level {level!r}: {', '.join(levels)}")
    return Noise(**levels[level])


@cache
def styles() -> Mapping[str, Style]:
    """Every agency's style, by its name."""
    made = {}
    known = {field.name for field in fields(Style)}
    for agency, entry in data("styles").items():
        unknown = set(entry) - known
        if unknown:
            raise ValueError(f"styles.toml: {agency} has an unknown entry {sorted(unknown)[0]!r}")
        shaped = {
            "place": Weighted(entry["place"]),
            "frames": tuple(entry["frames"]),
            "delay": tuple(entry["delay"]),
            "push": tuple(entry["push"]),
        }
        made[agency] = Style(agency=agency, **{**entry, **shaped})
    return made


def _when(entry: Mapping[str, Any]) -> When:
    spans = {(start, end): weight * (end - start) for start, end, weight in entry["hours"]}
    mean = sum(entry["days"]) / 7
    return When(days=tuple(weight / mean for weight in entry["days"]), hours=Weighted(spans))


def _kind(entry: Mapping[str, Any], whens: Mapping[str, When], volume: float, corroboration: float) -> Kind:
    total = sum(entry["tell"].values())
    return Kind(
        name=entry["name"],
        category=entry["category"],
        details=tuple(entry.get("details", ())),
        asb_type=entry.get("asb_type"),
        rate=entry["rate"] * volume,
        when=whens[entry["when"]],
        where=entry["where"],
        minutes=(entry["minutes"][0], entry["minutes"][1]),
        tell=Weighted(entry["tell"]),
        shares={agency: weight / total for agency, weight in entry["tell"].items()},
        also=tuple((agency, min(1.0, chance * corroboration)) for agency, chance in entry.get("also", {}).items()),
        parts=tuple(Part(role=r, there=t, named=n, pool=p) for r, t, n, p in entry["parties"]),
        category_by=entry.get("category_by", {}),
        related=tuple(entry.get("related", ())),
        sensitive=tuple(entry.get("sensitive", ())),
        sensitive_by=entry.get("sensitive_by", {}),
        restricted=entry.get("restricted", 0.0),
        graded=entry.get("graded"),
        vehicle=entry.get("vehicle", 0.0),
        says=tuple(entry["says"]),
    )


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of incident, by its name."""
    read = data("kinds")
    whens = {name: _when(entry) for name, entry in read["when"].items()}
    return {e["name"]: _kind(e, whens, read["volume"], read["corroboration"]) for e in read["kind"]}
