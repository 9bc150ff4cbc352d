"""A third partnership, made last and made hard.

Its tellers give ranges where others give minutes, find things in the morning, report next week, call one place by its
name, its postcode, its grid reference or the next street, and each keeps another part of what there was to tell.
"""

import random
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from streams.gazetteer import codepoint
from tests.bench.incidents.other import Other

START, DAYS, INCIDENTS = datetime(2025, 5, 5, tzinfo=UTC), 49, 1500
SLIPS = {"low": 0.05, "mid": 0.15, "high": 0.3}  # chance that a thing goes wrong, or is left out, where it could
_SAID = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
STREETS, PREMISES, GIVEN, FAMILY = _SAID["streets"], _SAID["premises"], _SAID["given"], _SAID["family"]
COLOURS, THINGS = _SAID["colours"], _SAID["things"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """A kind of thing that happens: how each agency files it, when, and whether it is only found afterwards."""

    filed: dict[str, list[str]]
    what: list[str]
    hour: list[float]
    found_later: bool = False
    indoors: bool = False


SORTS = tuple(Sort(**sort) for sort in _SAID["sort"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where something truly is."""

    street: int
    house: int
    name: str | None
    east: float
    north: float
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What truly happened."""

    id: str
    sort: Sort
    at: datetime
    lasts: timedelta
    spot: Spot
    people: tuple[tuple[str, str, str, str], ...]
    facts: tuple[str, ...]
    plate: str | None = None


@dataclass(slots=True)
class Town:
    """The partnership's ground: a true postcode for each end of each street, and premises in some."""

    chance: random.Random
    corners: list[tuple[str, float, float]] = field(default_factory=list)

    def spot(self, *, indoors: bool, street: int | None = None, name: str | None = None) -> Spot:
        """Somewhere, in premises if it happens indoors."""
        at = PREMISES.index(name) if name else self.chance.randrange(len(PREMISES))
        if indoors:
            name, street = PREMISES[at], at * 7 % len(STREETS)
            house = 10 + at * 4
        else:
            street = self.chance.randrange(len(STREETS)) if street is None else street
            house = self.chance.randrange(1, 90)
        code, east, north = self.corners[2 * street + (house > 45)]
        return Spot(
            street=street,
            house=house,
            name=name if indoors else None,
            east=east + house % 45 * 3.0,
            north=north,
            code=code,
        )


@cache
def _codes() -> tuple[tuple[str, float, float], ...]:
    """True postcodes of one town, some way apart, so that what is known of postcodes agrees with the points."""
    found = []
    for sector, tail in product(
        ("S40 1", "S40 2", "S40 3", "S40 4", "S41 7", "S41 8", "S41 9"), product("ABDEGHJ", "ABDEFGHJ")
    ):
        code = sector + "".join(tail)
        middle = codepoint.centre(code)
        if middle is not None:
            found.append((code, *middle.point))
    return tuple(found[:: max(1, len(found) // (2 * len(STREETS)))][: 2 * len(STREETS)])


def third_partnership(seed: int, noise: str) -> Other:
    """Seven weeks of it; the same arguments give the same reports."""
    chance, slips = random.Random(f"third:{seed}:{noise}"), SLIPS[noise]
    town, made = Town(chance, list(_codes())), Other([], {})
    happened = [_event(chance, town, number) for number in range(INCIDENTS)]
    for event in [*happened, *_traps(chance, town)]:
        tellers = sorted(event.sort.filed, key=lambda _: chance.random())
        for agency in tellers[: chance.choices((1, 2, 3), (76, 18, 6))[0]]:
            _tell(chance, made, event, agency, slips)
    made.reports.sort(key=lambda report: (str(report["reported_at"]), str(report["id"])))
    return made


def _event(chance: random.Random, town: Town, number: int, **fixed: Any) -> Event:
    sort = fixed.pop("sort", None) or chance.choice(SORTS)
    at = START + timedelta(days=chance.randrange(DAYS), hours=chance.gauss(*sort.hour))
    people = tuple(_somebody(chance, role) for role in ("victim", "suspect") if chance.random() < 0.45)
    facts = (
        f"{chance.choice(COLOURS)} {chance.choice(('jacket', 'scooter', 'rucksack', 'hatchback'))}",
        chance.choice(THINGS),
        f"{chance.randrange(2, 9)} of them",
    )
    known: dict[str, Any] = {
        "id": f"T{number}",
        "sort": sort,
        "at": at,
        "lasts": timedelta(minutes=chance.expovariate(1 / 30)),
        "spot": fixed.pop("spot", None) or town.spot(indoors=sort.indoors),
        "people": people,
        "facts": facts,
        "plate": f"FN{chance.randrange(10, 75)} {chance.choice('KLM')}{chance.choice('RST')}{chance.choice('UVW')}"
        if chance.random() < 0.07
        else None,
    }
    return Event(**{**known, **fixed})


def _somebody(chance: random.Random, role: str) -> tuple[str, str, str, str]:
    born = f"{chance.randrange(1945, 2008)}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}"
    return role, chance.choice(GIVEN), chance.choice(FAMILY), born


def _traps(chance: random.Random, town: Town) -> Iterator[Event]:
    """Different incidents that look like one."""
    number = 50_000

    def made(**fixed: Any) -> Event:
        nonlocal number
        number += 1
        return _event(chance, town, number, **fixed)

    for week in range(7):
        night = START + timedelta(days=7 * week + chance.randrange(6), hours=26)
        street = chance.randrange(len(STREETS))
        for hour in (0, 1):  # two burglaries in one street one night
            yield made(sort=SORTS[0], at=night + timedelta(hours=hour), spot=town.spot(indoors=False, street=street))
        pub = town.spot(indoors=True)
        for minutes in (-240, -130):  # two fights at one pub on one evening
            yield made(sort=SORTS[3], at=night + timedelta(minutes=minutes), spot=pub)
        home = town.spot(indoors=False)
        neighbour = (_somebody(chance, "suspect"),)
        for day in range(3):  # one noisy flat, night after night
            yield made(sort=SORTS[2], at=night + timedelta(days=day, hours=-3), spot=home, people=neighbour)
        shop = town.spot(indoors=True)
        for minutes in (0, 50):  # two thefts from one shop within the hour
            yield made(sort=SORTS[4], at=night + timedelta(hours=-12, minutes=minutes), spot=shop)
        known = (_somebody(chance, "suspect"),)
        for hours in (0, 2):  # one man, two places, one evening
            yield made(sort=SORTS[7], at=night + timedelta(hours=hours - 6), people=known)
        fire = made(sort=SORTS[5], at=night)
        yield fire
        yield made(
            sort=SORTS[5], at=night + timedelta(minutes=35), spot=replace(fire.spot, house=fire.spot.house % 80 + 9)
        )


def _tell(chance: random.Random, made: Other, event: Event, agency: str, slips: float) -> None:
    clock, delay = _SAID["habits"][agency]
    start, end = _times(chance, event, clock, slips)
    wrote = max(end, event.at + event.lasts) + timedelta(hours=chance.expovariate(1 / delay))
    category, detail = event.sort.filed[agency]
    ref = f"{agency[:2].upper()}/{len(made.reports) + 1:05d}"
    told = [fact for fact in event.facts if chance.random() > 0.4 + slips]
    report: dict[str, Any] = {
        "id": ref,
        "agency": agency,
        "reported_at": wrote.isoformat(),
        "occurred": {"from": start.isoformat(), "to": end.isoformat()},
        "category": category,
        "summary": ", ".join((chance.choice(event.sort.what), *told)).capitalize() + ".",
        "place": _place(chance, event.spot, agency, slips),
        "people": [_person(chance, *person, slips) for person in event.people if chance.random() > 0.2 + slips],
    }
    if detail and chance.random() > slips:
        report["detail"] = detail
    if event.plate and agency in ("police", "community-safety", "housing") and chance.random() > slips:
        report["vehicles"] = [{"vrm": event.plate}]
    made.reports.append(report)
    made.truth[f"{agency}:{ref}"] = event.id


def _times(chance: random.Random, event: Event, clock: str, slips: float) -> tuple[datetime, datetime]:
    """When an agency says it was."""
    start, end = event.at, event.at + event.lasts
    if event.sort.found_later and clock != "minute":
        clock = "range"
    if event.sort.found_later and chance.random() < 0.5:
        clock = "range"
    step = {"quarter": 15, "half": 30, "hour": 60}.get(clock)
    if step:
        return _floor(start, step), _floor(end, step) + timedelta(minutes=step)
    if clock == "range":  # between going out and coming back
        return _floor(start - timedelta(hours=chance.uniform(0.5, 7)), 30), _floor(
            end + timedelta(hours=chance.uniform(1, 6)), 30
        )
    if clock == "part":
        first = start.replace(hour=start.hour // 6 * 6, minute=0, second=0, microsecond=0)
        return first, max(first + timedelta(hours=6), _floor(end, 60) + timedelta(hours=1))
    if clock == "later":  # when they came in
        came = end + timedelta(minutes=chance.expovariate(1 / 40) * (0.5 + 4 * slips))
        return came, came
    off = timedelta(minutes=chance.gauss(0, 3 + 25 * slips))
    return start + off, end + off


def _floor(moment: datetime, minutes: int) -> datetime:
    return moment - timedelta(
        minutes=(moment.hour * 60 + moment.minute) % minutes, seconds=moment.second, microseconds=moment.microsecond
    )


def _place(chance: random.Random, spot: Spot, agency: str, slips: float) -> dict[str, Any]:
    street, number = STREETS[spot.street], spot.house
    if chance.random() < slips / 2:
        street = _misspelt(chance, street)
    if chance.random() < slips / 6:
        number += 2
    form = chance.choice(_SAID["forms"].get(agency, _SAID["forms"]["other"]))
    if spot.name is None and form.startswith("name"):
        form = "street"
    if chance.random() < slips / 2:
        form = "street"
    off = 4 + 60 * slips
    east, north = round(spot.east + chance.gauss(0, off)), round(spot.north + chance.gauss(0, off))
    name = spot.name or ""
    return _written(chance, form, (street, number, name, spot.code), (east, north), off)


def _written(
    chance: random.Random, form: str, said: tuple[str, int, str, str], at: tuple[int, int], off: float
) -> dict[str, Any]:
    street, number, name, code = said
    house = f"{name}, {number} {street}" if name and chance.random() < 0.5 else f"{number} {street}"
    match form:
        case "address":
            return {"text": house, "postcode": code}
        case "address-code":
            return {"text": f"{house.upper()} {code}"}
        case "grid":
            return {"text": house, "easting": at[0], "northing": at[1]}
        case "point":
            return {"easting": at[0], "northing": at[1], "accuracy_m": round(2 * off)}
        case "grid-text":
            return {
                "text": f"SK {at[0] - 400_000:05d} {at[1] - 300_000:05d}" if at[0] >= 400_000 else street,
                "easting": at[0],
                "northing": at[1],
            }
        case "junction":
            return {
                "text": f"Junction of {street} and {STREETS[(number + 3) % len(STREETS)]}",
                "easting": at[0],
                "northing": at[1],
            }
        case "near":
            return {"text": f"{chance.choice(('near', 'outside', 'o/s', 'opposite'))} {name or house}"}
        case "name":
            return {"name": name}
        case "name-street":
            return {"name": name, "text": street}
        case "postcode":
            return {"postcode": code}
        case _:
            return {"text": street}


def _misspelt(chance: random.Random, word: str) -> str:
    at = chance.randrange(1, max(2, len(word) - 2))
    return chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at] + word[at:],
        )
    )


def _person(chance: random.Random, role: str, given: str, family: str, born: str, slips: float) -> dict[str, Any]:
    if chance.random() < slips:
        family = _misspelt(chance, family)
    if chance.random() < slips:
        given = _SAID["short"].get(given, given[0])
    name: Sequence[str] = (given, family)
    told = {"role": role, "name": f"{family.upper()}, {given}" if chance.random() < 0.3 else " ".join(name)}
    if chance.random() > 0.4 + slips:
        told["born"] = born if chance.random() > slips else born[:4]
    return told
