"""Times by how they stick out, places by precision, and what goes to people instead of joining by itself."""

from schemas.report import Place
from streams.dedupe.evidence import kind
from streams.dedupe.when import apart, time
from streams.dedupe.where import where
from streams.matching.place import PlaceForm, read_place
from tests.streams.dedupe.tellings import LION, outcome, t


def form(**said: object) -> PlaceForm:
    found = read_place(Place.model_validate(said))
    assert found is not None
    return found


def word(one: PlaceForm, other: PlaceForm) -> str:
    found, back = where(one, other), where(other, one)
    assert found == back, "the order of the two must not count"
    return found.word if found else ""


def test_a_time_that_sticks_out_says_less_the_further_it_does() -> None:
    wide = t(width=120)
    bits = [time(wide, t("fire", minutes)).bits for minutes in (60, 140, 300, 1500)]
    assert bits == sorted(bits, reverse=True)
    assert bits[0] > 5
    assert bits[-1] < 0


def test_the_narrower_two_times_that_meet_the_more_they_say() -> None:
    assert time(t(width=10), t("fire", width=10)).bits > time(t(width=10), t("fire", width=360)).bits


def test_two_thefts_from_one_shop_an_hour_apart_go_to_people() -> None:
    one, other = t(place=LION, category="shoplifting"), t("licensing", 70, category="shoplifting", place=LION)
    assert apart(one, other)
    assert outcome(one, other) == "review"


def test_places_are_alike_by_what_both_tell() -> None:
    assert word(form(text="by the Fresh Cafe"), form(text="FRESH CAFE, 41 MARKET STREET")) == "premises"
    assert word(form(text="12 Park Road"), form(text="12 Park Rd, Chesterfield")) == "address"
    assert word(form(text="Flat 1, 12 Park Road"), form(text="Flat 2, 12 Park Road")) == "house"
    assert word(form(text="12 Park Road"), form(text="14 Park Road")) == "other_address"
    assert word(form(text="12 Park Road"), form(text="Park Road")) == "street"


def test_a_rare_kind_in_common_says_more_than_a_frequent_one() -> None:
    burglaries = kind(t(category="burglary"), t("fire", category="burglary")).bits
    assert burglaries > kind(t(), t("fire")).bits
