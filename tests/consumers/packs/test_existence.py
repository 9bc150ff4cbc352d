"""A report that some at the table may not know changes nothing in the paper that all of them get."""

from datetime import date
from typing import Any

import pytest

from consumers.packs import make_pack, meeting_for, pdf_of
from consumers.packs.sheet import sheet_of
from deploy.stages import stages_of
from streams.store import reading
from tests.streams.issues.way import FIRST, Way, person, report

SUBJECT = [person("suspect", identifiers={"pnc": "1988/123456A"})]
HERE = {"text": "14 Saltergate, Chesterfield", "uprn": "10001", "easting": 438_300.0, "northing": 371_300.0}
DAY = date.fromordinal(FIRST.date().toordinal() + 12)


def seen() -> list[dict[str, Any]]:
    return [
        report(agency, f"{agency}{n}", 3 * n + 1, people=SUBJECT, place=HERE)
        for n in range(3)
        for agency in ("police", "council")
    ]


def paper(bodies: list[dict[str, Any]]) -> tuple[dict[str, Any], bytes]:
    way = Way().take(bodies).close(12)
    with reading(way.engine) as connection:
        meeting = meeting_for("weekly", "police,council,fire", way.partnership)
        pack = make_pack(connection, way.partnership, meeting, DAY, stages_of(way.partnership).knows)
    said = sheet_of(pack)
    return {**said, "items": [{**item, "matter": ""} for item in said["items"]]}, pdf_of(pack)


@pytest.mark.parametrize(
    "shut",
    [{"restricted_to": ["police"]}, {"classification": "OFFICIAL-SENSITIVE"}, {"sensitive": ["source"]}],
)
def test_a_hidden_report_changes_no_byte_of_a_meetings_pack(shut: dict[str, Any]) -> None:
    before = report("police", "h1", 0.5, people=SUBJECT, place=HERE, **shut)  # the matter begins with it
    among = report("police", "h2", 5, people=SUBJECT, place=HERE, **shut)
    told, same = paper([before, *seen(), among]), paper(seen())
    assert same[0]["items"]
    assert told == same
