"""Where things happen: hot spots by harm and by number, the hours of the week, and the streets to draw them on."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from fastapi import HTTPException, Request, Response

from consumers.web.gate import Ways
from consumers.web.hotspots import DAYS, Spot, hours_of, spots
from consumers.web.house import House
from consumers.web.remembered import Remembered
from consumers.web.render import Pages, in_words
from consumers.web.tiles import credit, tile
from consumers.web.told import reading
from consumers.words import printable

JSON = "application/json; charset=utf-8"
HERE = "/agencies/{agency}/map"
SPANS: Mapping[str, int] = {"7": 7, "28": 28, "90": 90}
RANKS: Mapping[str, str] = {"harm": "harm", "demand": "number of reports"}
LONGEST = 40  # letters of a category
Facts = Mapping[str, Any]
GRAVE, NOTED = 5, 10  # so many first ones are marked high, and medium


class Map:
    """The map, and what maps are drawn on."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages
        self._remembered = Remembered[Facts](house.seconds)

    def mount(self, ways: Ways) -> None:
        """Add the addresses."""
        ways.get(HERE, self.map, may="read-alerts")
        ways.get(f"{HERE}/streets.json", self.streets, may="read-alerts")
        ways.get(f"{HERE}/tile", self.tile, may="read-alerts")

    def map(self, request: Request, agency: str, days: str = "28", by: str = "harm", category: str = "") -> Response:
        """Where and when things happened of late, as far as the agency may know."""
        if days not in SPANS or by not in RANKS:
            raise HTTPException(404)
        wanted = category[:LONGEST]
        found = self._remembered.of(agency, (days, by, wanted), lambda: self._counted(agency, days, by, wanted))
        return self._pages.page(
            request,
            "map.html",
            days=days,
            by=by,
            category=wanted,
            spans=[(name, f"the last {number} days") for name, number in SPANS.items()],
            ranks=list(RANKS.items()),
            week=DAYS,
            **found,
        )

    def _counted(self, agency: str, days: str, by: str, category: str) -> Facts:
        until = self._house.now()
        with reading(self._house.engine) as connection:
            known = self._house.stages.where(connection, agency, until - timedelta(days=SPANS[days]), until)
        wanted = [one for one in known if not category or one["category"] == category]
        found = spots(wanted, by)
        return {
            "spots": found,
            "marks": [_mark(number, spot) for number, spot in enumerate(found, start=1)],
            "hours": hours_of(wanted),
            "reports": len(wanted),
            "placed": sum(one["lat"] is not None for one in wanted),
            "categories": _categories(known),
            "made_at": until,
        }

    def streets(self, request: Request, agency: str) -> Response:  # noqa: ARG002
        """The lines of the streets, the same for every agency; and where the tiles are, if there are any."""
        with reading(self._house.engine) as connection:
            ground: dict[str, Any] = {"lines": self._house.stages.streets(connection)}
        if self._house.tiles is not None:
            tiles = f"{HERE.format(agency=agency)}/tile?z={{z}}&x={{x}}&y={{y}}"
            ground |= {"tiles": tiles, "credit": credit(self._house.tiles)}
        return Response(json.dumps(ground, separators=(",", ":")), media_type=JSON)

    def tile(self, request: Request, agency: str, z: int = 0, x: int = 0, y: int = 0) -> Response:  # noqa: ARG002
        """One square of the ground, from the partnership's own file; nothing where it has none."""
        found = tile(self._house.tiles, z, x, y) if self._house.tiles is not None else None
        return Response(status_code=204) if found is None else Response(found.body, media_type=found.kind)


def _categories(known: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    return [(one, in_words(one)) for one in sorted({str(report["category"]) for report in known})]


def _mark(number: int, spot: Spot) -> dict[str, Any]:
    severity = "high" if number <= GRAVE else "medium" if number <= NOTED else "low"
    text = f"{number}. {printable(spot.label)}: {spot.reports} reports"
    return {
        "lat": spot.lat,
        "lon": spot.lon,
        "text": text,
        "severity": severity,
        "size": min(18, 5 + spot.reports // 2),
    }
