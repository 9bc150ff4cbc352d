"""The simulated town: streets, addresses, premises, parks and a market place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import cos, pi, sin
from typing import Any

from pyproj import Transformer

from deploy.demo.chance import Chance
from deploy.demo.vocabulary import data

CENTRE = (438740.0, 371040.0)  # easting, northing of 53.235, -1.421
DISTRICT_M = 11_000.0
# A few streets stand for all of a neighbourhood, and are as far apart as its first and last would be: the incidents of
# a town of a hundred thousand would else fall on the ground of a village, and all of them be near one another.
NEIGHBOURHOOD_M, STREET_M, HOUSE_M = 1_500.0, 260.0, 16.0
STREETS, HOUSES = 11, (20, 44)  # streets a neighbourhood, houses a street
_LETTERS = "ABDEFGHJLNPQRSTUVWXYZ"  # those the end of a postcode may have
_SECTORS = {"S40": "1234", "S41": "7890", "S43": "1234"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place as it truly is; ``kind``: home, hostel, shop, pub, spot, park, street, corner."""

    id: str
    kind: str
    street: str
    ward: str
    district: int
    easting: float
    northing: float
    lat: float
    lon: float
    name: str | None = None
    flat: int | None = None
    number: int | None = None
    postcode: str | None = None
    licence: str | None = None


@dataclass(slots=True, kw_only=True)
class Town:
    """All its places, and those of each kind in each district."""

    places: dict[str, Place] = field(default_factory=dict)
    by_kind: dict[tuple[str, int], list[Place]] = field(default_factory=dict)
    by_street: dict[str, list[Place]] = field(default_factory=dict)
    districts: int = 1

    def of(self, kind: str, district: int) -> list[Place]:
        """The places of a kind in a district."""
        return self.by_kind.get((kind, district), [])

    def all_of(self, kind: str) -> list[Place]:
        """The places of a kind in the whole town."""
        return [place for district in range(self.districts) for place in self.of(kind, district)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plot:
    """A place before its number and its latitude are known."""

    kind: str
    street: str
    ward: str
    district: int
    x: float
    y: float
    name: str | None = None
    flat: int | None = None
    number: int | None = None
    postcode: str | None = None
    licence: str | None = None


class _Builder:
    def __init__(self, chance: Chance) -> None:
        self.chance = chance
        self.words = data("town")
        names = [f"{stem} {suffix}" for stem in self.words["stems"] for suffix in self.words["suffixes"]]
        chance.shuffle(names)
        self._streets = _without_end(names)
        self._codes = {outward: _postcodes(outward, sectors) for outward, sectors in _SECTORS.items()}
        self._licences = 0

    def district(self, number: int) -> Iterator[_Plot]:
        """A centre, the parks and the neighbourhoods round it."""
        x, y = _district_centre(number)
        shops, pubs = self._names("shop"), self._names("pub")
        here = _Plot(kind="", street="", ward="Town Centre", district=number, x=x, y=y)
        yield from self._centre(here, shops[120:], pubs[40:100])
        for place, (name, ward, outward) in enumerate(self.words["neighbourhoods"]):
            angle, radius = 2 * pi * place / 10, 2_400 + 1_700 * (place % 2)
            half = NEIGHBOURHOOD_M / 2
            corner = replace(here, ward=ward, x=x + radius * cos(angle) - half, y=y + radius * sin(angle) - half)
            yield from self._neighbourhood(corner, outward)
            yield from self._parade(corner, name, outward, shops[6 * place :][:6], pubs[2 * place :][:2])
        for place, park in enumerate(self.words["parks"]):
            angle = 2 * pi * (place + 0.5) / 6
            green = replace(here, ward="", x=x + 1_200 * cos(angle), y=y + 1_200 * sin(angle))
            yield from self._green(green, park, self.words["park_spots"], 150)

    def _names(self, kind: str) -> list[str]:
        the = "The " if kind == "pub" else ""
        names = [f"{the}{a} {b}" for a in self.words[f"{kind}_first"] for b in self.words[f"{kind}_last"]]
        self.chance.shuffle(names)
        return names

    def _premises(self, at: _Plot, kind: str, name: str, **more: Any) -> _Plot:
        licensed = kind == "pub" or name.endswith(("Off Licence", "Mini Market"))
        self._licences += licensed
        licence = f"PL{self._licences:05d}" if licensed else None
        return replace(at, kind=kind, name=_in_district(name, at.district), licence=licence, **more)

    def _green(self, at: _Plot, name: str, spots: Sequence[str], wide: float) -> Iterator[_Plot]:
        name = _in_district(name, at.district)
        for spot in spots:
            dx, dy = self.chance.uniform(-wide, wide), self.chance.uniform(-wide, wide)
            yield replace(at, kind="park", street=name, name=f"{name}, {spot}", x=at.x + dx, y=at.y + dy)

    def _centre(self, at: _Plot, shops: Sequence[str], pubs: Sequence[str]) -> Iterator[_Plot]:
        streets = self.words["centre_streets"]
        for place, spot in enumerate(self.words["spots"]):
            around, angle = 30 + 45 * (place // 3), 2.4 * place  # those named first stand round the market
            street = "Market Place" if "Market" in spot else streets[place % 12]
            x, y = at.x + around * cos(angle), at.y + around * sin(angle)
            yield replace(at, kind="spot", street=street, name=_in_district(spot, at.district), x=x, y=y)
        premises = [("shop", name) for name in shops]
        premises += [("pub", name) for name in (*pubs, *self.words["club_names"])]
        self.chance.shuffle(premises)
        code = ""
        for place, (kind, name) in enumerate(premises):
            row, along = divmod(place, 22)
            if along in (0, 11):
                code = next(self._codes["S40"])
            x, y = at.x - 280 + 25 * along + self.chance.uniform(-6, 6), at.y - 280 + 45 * row
            door = replace(at, street=streets[row % 12], x=x, y=y)
            yield self._premises(door, kind, name, number=2 * along + 1 + row // 12, postcode=code)
            yield replace(door, kind="corner", x=x + self.chance.uniform(-12, 12), y=y + 20)

    def _neighbourhood(self, at: _Plot, outward: str) -> Iterator[_Plot]:
        for number in range(STREETS):
            low, high = HOUSES
            off, houses = STREET_M * (number // 2) + 60, low + self.chance.below(high - low)
            street, code = next(self._streets), ""
            for house in range(houses):
                if house % 16 == 0:
                    code = next(self._codes[outward])
                along, side = HOUSE_M * (house // 2 + 3), off + (8.0 if house % 2 else -8.0)
                x, y = (at.x + along, at.y + side) if number % 2 == 0 else (at.x + side, at.y + along)
                home = replace(at, kind="home", street=street, number=house + 1, postcode=code, x=x, y=y)
                flats = self.chance.yes(0.03)
                yield from (replace(home, flat=flat) for flat in range(1, 5)) if flats else (home,)
            middle = off, HOUSE_M * (houses / 4 + 3)
            x, y = (at.x + middle[1], at.y + middle[0]) if number % 2 == 0 else (at.x + middle[0], at.y + middle[1])
            yield replace(at, kind="street", street=street, x=x, y=y)

    def _parade(self, at: _Plot, name: str, outward: str, shops: Sequence[str], pubs: Sequence[str]) -> Iterator[_Plot]:
        """A neighbourhood's shops and pubs, its green, and its hostel."""
        street, code, half = next(self._streets), next(self._codes[outward]), NEIGHBOURHOOD_M / 2
        row = replace(at, street=street, postcode=code, x=at.x + 0.9 * NEIGHBOURHOOD_M, y=at.y + 0.9 * NEIGHBOURHOOD_M)
        for number, (kind, called) in enumerate([*(("shop", n) for n in shops), *(("pub", n) for n in pubs)]):
            yield self._premises(replace(row, x=row.x + 14 * number), kind, called, number=number + 1)
        yield from self._green(replace(at, x=at.x + half, y=at.y + half), name, self.words["green_spots"], half)
        called = _in_district(f"{street.split()[0]} House", at.district)
        yield replace(row, kind="hostel", name=called, number=101, y=row.y + 60)


def _district_centre(number: int) -> tuple[float, float]:
    """Districts stand on a spiral of squares, so that a larger town is wider and no denser."""
    x = y = 0
    dx, dy = 1, 0
    steps = turn = 1
    for _ in range(number):
        x, y, steps = x + dx, y + dy, steps - 1
        if steps == 0:
            dx, dy, turn = -dy, dx, turn + 1
            steps = (turn + 1) // 2
    return CENTRE[0] + DISTRICT_M * x, CENTRE[1] + DISTRICT_M * y


def _in_district(name: str, district: int) -> str:
    return name if district == 0 else f"{data('town')['stems'][district % 150]} {name}"


def _without_end(names: Sequence[str]) -> Iterator[str]:
    """Names, then the same again as Upper and Lower and so on, for towns larger than the list."""
    for before in ("", "Upper ", "Lower ", "Old ", "Little ", "Far "):
        yield from (before + name for name in names)
    raise ValueError("the town is too large for its street names")


def _postcodes(outward: str, sectors: str) -> Iterator[str]:
    while True:
        for first in _LETTERS:
            for sector in sectors:
                for second in _LETTERS:
                    yield f"{outward} {sector}{first}{second}"


def build_town(chance: Chance, districts: int) -> Town:
    """A town of this many districts."""
    builder = _Builder(chance)
    plots = [plot for number in range(districts) for plot in builder.district(number)]
    to_degrees = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
    lons, lats = to_degrees.transform([plot.x for plot in plots], [plot.y for plot in plots])
    town = Town(districts=districts)
    for number, (plot, lat, lon) in enumerate(zip(plots, lats, lons, strict=True)):
        place = Place(
            id=f"L{number:06d}",
            kind=plot.kind,
            street=plot.street,
            ward=plot.ward,
            district=plot.district,
            easting=round(plot.x, 1),
            northing=round(plot.y, 1),
            lat=round(lat, 6),
            lon=round(lon, 6),
            name=plot.name,
            flat=plot.flat,
            number=plot.number,
            postcode=plot.postcode,
            licence=plot.licence,
        )
        town.places[place.id] = place
        town.by_kind.setdefault((place.kind, place.district), []).append(place)
        if place.kind == "home":
            town.by_street.setdefault(place.street, []).append(place)
    return town
