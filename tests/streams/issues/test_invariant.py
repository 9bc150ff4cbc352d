"""What stands at the end depends on the reports alone: not on their order, nor on how they were batched."""

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.tables import Alert, AlertEvidence, Finding, FindingIncident, Receipt, Told
from tests.streams.issues.scenarios import MARKINGS, bodies
from tests.streams.issues.way import PARTNERSHIP, Body, Way, person, report

FEW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def end(way: Way) -> dict[str, Any]:
    """All that stands in the store, in an order of its own."""
    receipts = way.rows(Receipt, Receipt.ref, Receipt.at, Receipt.status, Receipt.reasons, where=_true)
    return {
        "alerts": way.alerts(),
        "findings": sorted((row.id, row.alert, str(row.body)) for row in way.rows(Finding)),
        "resting": sorted(map(tuple, way.rows(FindingIncident))),
        "evidence": sorted(map(tuple, way.rows(AlertEvidence))),
        "rows": sorted(
            tuple(row) for row in way.rows(Alert, Alert.id, Alert.version, Alert.state, where=lambda t: ~t.withdrawn)
        ),
        "receipts": sorted(map(str, receipts)),
        "copies": {agency: _by_matter(way, agency) for agency in PARTNERSHIP},
    }


def _true(table: Any) -> Any:
    return ~table.withdrawn


def _by_matter(way: Way, agency: str) -> dict[str, Body]:
    """An agency's copies by the alert they are of: what they are called, and which time they were told, is history."""
    matter = {row.alert: row.matter for row in way.rows(Told) if row.agency == agency and row.matter}
    assert matter.keys() == way.standing_copies(agency).keys()
    return {matter[name]: {**body, "id": None, "version": None} for name, body in way.standing_copies(agency).items()}


@FEW
@given(st.data())
def test_order_and_batches_do_not_matter(data: st.DataObject) -> None:
    sent = data.draw(bodies(markings=MARKINGS))
    shuffled = data.draw(st.permutations(sent))
    batch = data.draw(st.sampled_from((1, 2, 5, 50)))
    one = Way().take(sent).close(45)
    other = Way().take(shuffled, batch=batch).close(45)
    assert end(one) == end(other)


@FEW
@given(st.data())
def test_a_retraction_leaves_nothing_behind(data: st.DataObject) -> None:
    sent = data.draw(bodies(markings=MARKINGS, most=10))
    gone = data.draw(st.sets(st.sampled_from(range(len(sent))), min_size=1))
    kept = [body for number, body in enumerate(sent) if number not in gone]
    out = [{**sent[number], "action": "retract", "version": 2} for number in sorted(gone)]
    one = Way().take(kept)
    other = Way().take(sent, batch=3).take(out, batch=2)
    assert end(one) == end(other)


@FEW
@given(bodies(markings=MARKINGS))
def test_doing_it_again_tells_nothing(sent: list[Body]) -> None:
    way = Way().take(sent).close(45)
    told, before = len(way.told), end(way)
    way.take(sent, batch=4).close(45)
    assert end(way) == before
    assert len(way.told) == told


def burglary(agency: str, number: int, days: float, spot: int, **fields: Any) -> Body:
    """A burglary, every 150 m along a street; 100 is far off."""
    place = {"text": f"{spot} Saltergate", "easting": 438_000.0 + 150 * spot, "northing": 371_000.0}
    return report(agency, f"b{number}", days, category="burglary", place=place, **fields)


EARLY = [burglary("council", 90, -60, 100), burglary("police", 91, -30, 100), burglary("police", 92, -70, 100)]


def street(agency: str) -> list[Body]:
    """A run of near repeats that is one to whom has a past."""
    return [burglary(agency, n, day, n) for n, day in enumerate((20, 23, 26, 29))]


def test_a_run_is_judged_anew_when_an_agency_turns_out_to_have_reported_before() -> None:
    way = Way().take(street("council"))
    assert "near-repeat" not in way.kinds()
    way.take(EARLY[:1])
    assert "near-repeat" in way.kinds()
    way.take([{**EARLY[0], "action": "retract", "version": 2}])
    assert "near-repeat" not in way.kinds()


def test_a_run_that_one_agency_alone_sees_is_judged_anew_by_when_it_began() -> None:
    """To all, each is the trouble that the police told first; the council may not know that, and sees burglaries."""
    him = [person("suspect", identifiers={"pnc": "1988/123456A"})]
    mine = [burglary("council", n, day, n, people=him, told=0.3) for n, day in enumerate((20, 23, 26, 29))]
    first = [report("police", n, day, people=him, restricted_to=["police"]) for n, day in enumerate((20, 23, 26, 29))]
    theirs = [{**body, "place": same["place"]} for body, same in zip(first, mine, strict=True)]
    began, before = burglary("council", 90, -10, 100), burglary("council", 91, -60, 100)
    other = Way().take([began, *mine, *theirs]).close(45).take([before]).close(45)
    assert "near" in str(other.standing_copies("council"))
    assert end(other) == end(Way().take([before, began, *mine, *theirs]).close(45))


@pytest.mark.parametrize("seed", range(6))
def test_in_any_order_the_first_days_of_agencies_judge_the_same_runs(seed: int) -> None:
    order = random.Random(seed)
    shut = {"restricted_to": ["police"]} if seed % 2 else {}
    mixed = [burglary(order.choice(("council", "police", "housing")), 10 + n, 3 * n, 30 + n, **shut) for n in range(6)]
    sent = [*street("council"), *mixed, *EARLY, burglary("housing", 93, order.randrange(-60, 20), 100)]
    shuffled = order.sample(sent, len(sent))
    assert end(Way().take(shuffled, batch=1 + seed % 3).close(40)) == end(Way().take(sent).close(40))
