"""Pairs of reports as a control room would settle them, and the account that follows."""

from typing import Any

import pytest

from schemas.tables import from_micros
from streams.dedupe.account import account
from streams.dedupe.evidence import CLAIMS, Claim
from streams.dedupe.keys import keys
from streams.dedupe.telling import Telling
from tests.streams.dedupe.tellings import EVENING, LION, outcome, t

ROWDY = {"detail": "rowdy-behaviour"}
SMITH = {"role": "suspect", "name": "Jason Wragg", "born": "1990-04-12"}
NEAR = {"text": "Vicar Lane", "lat": 53.2351, "lon": -1.4252, "accuracy_m": 50.0}
FAR = {"text": "Chatsworth Road", "lat": 53.2330, "lon": -1.4500, "accuracy_m": 20.0}

ONE = {
    "two agencies, one pub, one evening": (t(place=LION, **ROWDY), t("licensing", 10, place=LION, **ROWDY)),
    "a point beside the pub": (t(place=LION, **ROWDY), t("fire", 5, place=NEAR, **ROWDY)),
    "a person in common": (
        t(place=LION, people=[SMITH]),
        t("health", 20, place=NEAR, category="violent-crime", people=[SMITH]),
    ),
    "a vehicle in common": (
        t(place=NEAR, vehicles=[{"vrm": "AB12 CDE"}], detail="vehicle-nuisance"),
        t("fire", 25, place=NEAR, vehicles=[{"vrm": "ab12cde"}]),
    ),
    "a fire and the damage": (
        t("fire", place=LION, category="deliberate-fire"),
        t("police", 5, place=LION, category="criminal-damage-arson"),
    ),
    "overnight": (t(place=LION, width=600, category="burglary"), t("housing", 120, 480, "burglary", place=LION)),
}
TWO = {
    "another pub across town": (t(place=LION, **ROWDY), t("fire", 5, place=FAR, **ROWDY)),
    "the same pub, next day": (t(place=LION, **ROWDY), t("licensing", 24 * 60, place=LION, **ROWDY)),
    "one place and evening, unlike kinds, hours apart": (
        t(place=LION, **ROWDY),
        t("housing", 180, category="burglary", place=LION),
    ),
    "one agency, two calls in one street": (t(place=NEAR), t(minutes=60, place=NEAR)),
    "a month's worth of snapped points": (
        t(width=31 * 1440, place={"text": "On or near Vicar Lane", "lat": 53.235, "lon": -1.425, "accuracy_m": 200.0}),
        t("housing", 3000, place={"text": "Vicar Lane"}),
    ),
    "nothing but the time": (t(), t("fire", 1)),
}


@pytest.mark.parametrize("pair", ONE.values(), ids=ONE.keys())
def test_one_incident(pair: tuple[Telling, Telling]) -> None:
    assert outcome(*pair) == "join"
    assert keys(pair[0]) & keys(pair[1]), "they must also find each other"


@pytest.mark.parametrize("pair", TWO.values(), ids=TWO.keys())
def test_two_incidents(pair: tuple[Telling, Telling]) -> None:
    assert outcome(*pair) != "join"


def test_a_report_that_names_another_is_of_its_incident() -> None:
    first = t(place=LION)
    second = t("health", 120, category="violent-crime", related=[first.ref])
    assert outcome(first, second) == "join"
    assert keys(first) & keys(second)


def test_a_report_that_names_one_of_last_week_follows_it_up() -> None:
    first = t(place=LION)
    assert outcome(first, t(minutes=7 * 1440, place=LION, related=[first.ref])) != "join"


def test_a_wide_interval_is_no_key() -> None:
    month = t(width=31 * 1440, place=LION)
    assert keys(month) == {f"r:{month.ref}"}


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__)
def test_each_claim_says_what_it_claims(claim: Claim) -> None:
    assert claim.__doc__
    assert claim.__doc__.split("\n")[0].endswith(".")


def rows(*tellings: Telling) -> dict[str, Any]:
    return account("incident", tellings)


def test_the_account_takes_the_best_of_each() -> None:
    vague = t("fire", -60, 240, place={"ward": "Hasland"})
    exact = t("police", 10, 5, place=LION, **ROWDY)
    late = t("licensing", 30, 60, place=NEAR)
    row = rows(vague, exact, late)
    assert row["occurred_from"] == from_micros(exact.start)
    assert row["reported_at"] == from_micros(min(x.reported_at for x in (vague, exact, late)))
    assert exact.place is not None
    assert (row["easting"], row["northing"]) == exact.place.point
    assert row["place_item"] == exact.place.item
    assert (row["category"], row["detail"]) == ("anti-social-behaviour", "rowdy-behaviour")
    assert row["area"] == "Hasland"
    assert row["agencies"] == ["fire", "licensing", "police"]
    assert row == rows(late, vague, exact), "whoever is named first"


def test_an_area_without_a_ward_is_a_square_of_the_grid() -> None:
    assert rows(t(place=LION))["area"] == "SK3871"
    assert rows(t())["area"] is None
    assert rows(t())["occurred_from"] == EVENING


def test_a_narrative_tells_the_finer_kind_where_none_is_given() -> None:
    dumped = t(place=LION, summary="Fridge and two sofas dumped on the verge")
    assert dumped.theme == "fly-tipping"
    assert t(place=LION, detail="noise", summary="sofas dumped").theme == "noise"
    assert t(place=LION, category="burglary", summary="sofas dumped").theme is None


def test_two_spots_of_one_street_are_two_places() -> None:
    north = {"name": "Market Stalls north side", "text": "Market Place"}
    south = {"name": "Market Stalls south side", "text": "Market Place"}
    assert outcome(t(place=north, **ROWDY), t("fire", place=north, **ROWDY)) == "join"
    assert outcome(t(place=north, **ROWDY), t("fire", place=south, **ROWDY)) != "join"
