"""Pairs of reports as a control room would settle them, and the account that follows."""

from collections.abc import Iterator
from typing import Any

import pytest

from deploy.cli.show_people import SAYS
from schemas.tables import from_micros
from streams.dedupe.account import account
from streams.dedupe.evidence import CLAIMS, Claim, kind
from streams.dedupe.incidents import doubt, enough
from streams.dedupe.keys import keys
from streams.dedupe.rules import RULES
from streams.dedupe.telling import Telling
from streams.dedupe.who import people
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


def test_people_are_told_why_they_are_asked() -> None:
    street, theft = {"text": "Vicar Lane"}, {"category": "shoplifting"}
    later = t("licensing", 70, place=LION, **theft)
    assert doubt(t(place=LION, **theft), later) == "The times do not meet."
    other = {"role": "suspect", "name": "Beata Lomas"}
    unlike = doubt(t(place=LION, people=[SMITH], **theft), t("fire", place=LION, people=[other], **theft))
    assert unlike == "This speaks against it: Unlike suspects."
    loose = doubt(t(width=240, place=street, **theft), t("fire", 30, 20, place=street, **theft))
    assert loose.startswith("Only a street or the like ties them")
    named = {"name": "The Red Lion"}
    counter = doubt(t(width=360, place=named, **theft), t("licensing", 30, 20, place=named, **theft))
    assert counter.startswith("Only the premises tie them")
    assert doubt(t(place=LION, **ROWDY), t("fire", place=LION, **ROWDY)) == ""


@pytest.mark.parametrize(
    ("apart", "kinds", "bits"),
    [
        (0, ("shoplifting", "shoplifting"), 0.0),
        (10, ("shoplifting", "shoplifting"), 0.5),
        (20, ("shoplifting", "shoplifting"), 1.5),
        (0, ("violent-crime", "public-order"), 0.5),
        (20, ("violent-crime", "public-order"), 2.0),
    ],
)
def test_what_only_a_street_ties_needs_more_where_times_or_kinds_agree_less(
    apart: int, kinds: tuple[str, str], bits: float
) -> None:
    one, other = (t(agency, start, 60, what, place={"text": "Vicar Lane"}) for agency, start, what in zip(
        ("police", "fire"), (0, apart), kinds, strict=True
    ))  # fmt: skip
    found = [evidence for claim in CLAIMS if (evidence := claim(one, other)) is not None]
    assert enough(found) == RULES["loose"]["join"] + bits


def test_two_things_of_unlike_kinds_in_one_house_are_left_to_people() -> None:
    house = {"place": {"text": "14 Vicar Lane", "postcode": "S40 1AA"}}
    fire, tipping = {"category": "criminal-damage-arson"}, {"detail": "fly-tipping"}
    assert outcome(t(**house, **tipping), t("housing", **house, **tipping)) == "join"
    pair = t(**house, **fire), t("housing", **house, **tipping)
    assert outcome(*pair) == "review"
    assert doubt(*pair) == "Only place and time tie them, and the kinds seldom are one incident: that takes 20 bits."


def test_who_is_known_to_both_may_have_been_there_an_hour_later() -> None:
    first = {"place": LION, "category": "violent-crime"}
    assert outcome(t(people=[SMITH], **first), t("health", 80, people=[SMITH], **first)) == "join"
    assert outcome(t(**first), t("health", 80, **first)) == "review"


def test_a_victim_of_one_and_a_suspect_of_the_other_says_less_than_one_role() -> None:
    suspect, victim = SMITH, {**SMITH, "role": "victim"}
    told = t(people=[suspect])
    same, crossed = people(told, t("fire", people=[suspect])), people(told, t("fire", people=[victim]))
    assert same is not None
    assert crossed is not None
    assert same.bits > crossed.bits > 0


def test_unlike_stories_of_kinds_that_are_often_one_speak_against_it() -> None:
    fire = {"category": "deliberate-fire", "summary": "Skip well alight"}
    smoke, glass = "Flames seen from the road", "Window smashed and a fence kicked"
    alike = kind(t(**fire), t("fire", category="criminal-damage-arson", summary=smoke))
    unlike = kind(t(**fire), t("fire", category="criminal-damage-arson", summary=glass))
    assert alike.bits > 0 > unlike.bits


def test_a_kind_says_little_at_a_counter_where_it_happens_every_day() -> None:
    theft, street = {"category": "shoplifting"}, {"text": "Vicar Lane"}
    shop = {"name": "The Red Lion", "text": "Vicar Lane"}
    at_counter = kind(t(place=shop, **theft), t("licensing", place=shop, **theft))
    in_street = kind(t(place=street, **theft), t("licensing", place=street, **theft))
    assert in_street.bits > at_counter.bits > 0


def _sentences(table: dict[str, Any]) -> Iterator[str]:
    for word, value in table.items():
        if isinstance(value, dict):
            yield from _sentences(value)
        elif word.startswith("says"):
            yield value


def test_each_sentence_of_the_evidence_is_short_enough_to_be_read_whole() -> None:
    said = list(_sentences(RULES))
    assert len(said) > 30
    assert [sentence for sentence in said if len(sentence) > SAYS] == []


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
