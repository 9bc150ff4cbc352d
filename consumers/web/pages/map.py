"""Where things are: the streets of the address list, for every map of the page."""

import json

from fastapi import Request, Response

from consumers.web.gate import Ways
from consumers.web.house import House
from consumers.web.render import Pages
from consumers.web.told import reading

JSON = "application/json; charset=utf-8"


class Map:
    """What maps are drawn on."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def mount(self, ways: Ways) -> None:
        """Add the addresses."""
        ways.get("/agencies/{agency}/map/streets.json", self.streets, may="read-alerts")

    def streets(self, request: Request, agency: str) -> Response:  # noqa: ARG002
        """The lines of the streets, the same for every agency; none where no address list is loaded."""
        with reading(self._house.engine) as connection:
            lines = self._house.stages.streets(connection)
        return Response(json.dumps({"lines": lines}, separators=(",", ":")), media_type=JSON)
