"""Asking again about what has not changed takes nothing away."""

from schemas.tables import Finding
from streams.stage import leave_for
from streams.store import writing
from tests.streams.issues.way import Way, report


def test_a_run_asked_about_again_stands() -> None:
    way = Way()
    places = [{"text": f"{n} Larch Road", "easting": 438_000 + 40 * n, "northing": 371_000} for n in range(5)]
    way.take([report("police", "first", 0)])  # who has just begun to report is learnt from
    way.take([report("police", n, 60 + n, category="burglary", place=place) for n, place in enumerate(places)])
    (alert,) = way.alerts()
    assert alert["kind"] == "near-repeat"
    incidents = sorted({i for row in way.rows(Finding, Finding.body) for i in row.body["incidents"]})
    for incident in incidents:
        with writing(way.engine) as connection:
            leave_for(connection, "issues", [f"incident:{incident}"])
        way.drain()
        assert way.alerts() == [alert]
