"""Who may not know of a report gets the same bytes from every page with it and without it, for the same work."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.consumers.web.seen import Answer, page_to
from tests.streams.issues.scenarios import MARKINGS, bodies
from tests.streams.issues.way import PARTNERSHIP, Body, Way, close_all, person, report
from tests.streams.sharing.existing import PARTNERSHIPS, seen_by

SUBJECT = [person("suspect", identifiers={"pnc": "1988/123456A"})]
SHUT: dict[str, dict[str, Any]] = {
    "restricted": {"restricted_to": ["police"]},
    "sensitive": {"sensitive": ["domestic-abuse"]},
    "official-sensitive": {"classification": "OFFICIAL-SENSITIVE"},
}


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    close_all()


def every_alert(*ways: Way) -> set[str]:
    """The ids of all alerts and of all copies that anybody has in one of these worlds."""
    found = {alert["id"] for way in ways for alert in way.alerts()}
    return found | {alert for way in ways for agency in PARTNERSHIP for alert in way.copies(agency)}


def pages(agency: str, *ways: Way) -> list[dict[str, Answer]]:
    """What the page gives the agency in each of these worlds, asked in each for all that there is in any."""
    alerts = every_alert(*ways)
    return [page_to(way.engine, agency, alerts, partnership=way.partnership) for way in ways]


@pytest.mark.parametrize("shut", SHUT.values(), ids=SHUT)
def test_a_hidden_report_changes_no_byte_of_any_page_nor_what_it_takes(shut: dict[str, Any]) -> None:
    sent = [report("police", number, 3 * number, people=SUBJECT) for number in range(4)]
    hidden = [report("fire", 9 + n, 10 + n, people=SUBJECT) | {"id": f"secret{n}", **shut} for n in range(3)]
    with_it, without = Way().take([*sent, *hidden], batch=1), Way().take(sent, batch=1)
    theirs = list(with_it.standing_copies("fire"))
    assert theirs
    seen = pages("housing", with_it, without)
    assert any(b"Why do you look at it?" in answer.content for answer in seen[0].values())
    assert {answer.status for answer in seen[0].values()} >= {200, 303, 404}
    assert seen[0] == seen[1]
    assert all(b"secret" not in answer.content for answer in seen[0].values())


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(bodies(markings=MARKINGS), st.sampled_from(sorted(PARTNERSHIPS)), st.sampled_from(sorted(PARTNERSHIP)))
def test_every_page_is_as_if_the_rest_had_never_been(sent: list[Body], signed: str, agency: str) -> None:
    partnership, world = PARTNERSHIPS[signed]
    ways = [Way(partnership=partnership).take(some).close(45) for some in (sent, seen_by(agency, sent, world))]
    whole, alone = pages(agency, *ways)
    assert whole == alone
    close_all()
