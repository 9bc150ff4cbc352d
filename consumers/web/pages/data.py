"""Data: what became of what one's agency sent, how good it was, and how often the alerts were real."""

from typing import Any

from fastapi import HTTPException, Request, Response

from consumers.quality.figures import LATE, quality_of
from consumers.quality.precision import Precision, judged_by, precisions
from consumers.quality.sent import became, refused, reports_sent
from consumers.web.gate import Ways
from consumers.web.house import House
from consumers.web.render import Pages, in_words
from consumers.web.told import feed_of, reading

A_PAGE = 50
LONGEST_ID = 128


class Data:
    """An agency's own reports, and nobody else's."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def mount(self, ways: Ways) -> None:
        """Add the address."""
        ways.get("/agencies/{agency}/data", self.data, may="see-own-data")

    def data(self, request: Request, agency: str, find: str = "", page: int = 1, sent: int = 0) -> Response:
        """The figures, then report by report what was heard of it."""
        if page < 1 or page > 1_000_000 or len(find) > LONGEST_ID or not find.isprintable():
            raise HTTPException(404)
        first = (page - 1) * A_PAGE
        with reading(self._house.engine) as connection:
            reports = reports_sent(connection, agency, find=find.strip(), first=first, most=A_PAGE)
            quality = quality_of(connection, agency)
            rules = precisions(judged_by(connection, agency))
            values: dict[str, Any] = {
                "quality": quality,
                "became": became(connection, agency, quality.since) if quality.since else {},
                "refusals": refused(connection, agency),
                "rules": rules,
                "rules_rows": [(in_words(one.rule), one.judged, one.real, _share(one)) for one in rules],
                "feed": feed_of(connection, agency),
            }
        return self._pages.page(
            request,
            "data.html",
            reports=reports[:A_PAGE],
            more=len(reports) > A_PAGE,
            page=page,
            find=find,
            sent=max(0, sent),
            late_days=LATE.days,
            **values,
        )


def _share(one: Precision) -> str:
    return f"{one.share:.0%} ({one.low:.0%} to {one.high:.0%})"
