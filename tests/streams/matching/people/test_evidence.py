import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.clusters.kinds import Evidence
from streams.matching.people import evidence
from streams.matching.people.alignment import most, most_of
from streams.matching.people.evidence import CLAIMS, hold
from streams.matching.people.kind import evidence_bits, judge, never
from streams.matching.people.person import Mention
from streams.matching.people.weights import shipped, with_learnt
from tests.streams.matching.people.made import m

_WORDS = st.sampled_from(("Ann", "Marie", "Annmarie", "J", "John", "Jon", "Smith", "Smyth", "Patel", "Hall-Smith"))
NAMES = st.lists(_WORDS, min_size=1, max_size=4).map(" ".join)


def said_by(claim: evidence.Claim, a: Mention, b: Mention) -> Evidence | None:
    return claim(hold(a, b, shipped()))


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__)
def test_each_claim_says_what_it_claims_and_nothing_of_nobody(claim: evidence.Claim) -> None:
    assert claim.__doc__
    assert claim.__doc__.endswith(".")
    assert said_by(claim, m(), m()) is None


def test_a_rare_name_weighs_more_than_a_common_one() -> None:
    common = said_by(evidence.family_name, m("John Smith"), m("John Smith"))
    rare = said_by(evidence.family_name, m("John Wolstenholme"), m("John Wolstenholme"))
    assert common is not None
    assert rare is not None
    assert rare.bits > common.bits + 4


@pytest.mark.parametrize(
    ("claim", "a", "b", "sign"),
    [
        (evidence.family_name, m("John Smith"), m("John Patel"), -1),
        (evidence.given_name, m("Rob Smith"), m("Robert Smith"), 1),
        (evidence.middle_name, m("John Paul Smith"), m("John P Smith"), 1),
        (evidence.middle_name, m("John Paul Smith"), m("John Eric Smith"), -1),
        (evidence.name_order, m("Ahmed Hassan"), m("Hassan Ahmed"), -1),
        (evidence.generation, m("John Smith Jnr"), m("John Smith Snr"), -1),
        (evidence.birth, m("A", "1990-04-12"), m("A", "1990-04-12"), 1),
        (evidence.age, m("A", "1990-04-12"), m("A", age_from=33, age_to=35), 1),
        (evidence.age, m("A", "1990-04-12"), m("A", age_from=60, age_to=65), -1),
        (evidence.sex, m("A", sex="M"), m("A", sex="F"), -1),
        (evidence.identifier, m("A", identifiers={"nhs": "9434765919"}), m("A", identifiers={"nhs": "9434765999"}), 1),
        (evidence.identifier, m("A", identifiers={"nhs": "9434765919"}), m("A", identifiers={"nhs": "1112223334"}), -1),
        (evidence.local_reference, m("A", local_ref="7"), m("A", local_ref="7"), 1),
        (evidence.telephone, m("A", phones=("01246 556677",)), m("A", phones=("01246556677",)), 1),
        (evidence.e_mail, m("A", emails=("a@b.org",)), m("A", emails=("A@B.org",)), 1),
        (evidence.address, m("A", address={"postcode": "S40 1AA"}), m("A", address={"postcode": "S4O 1AA"}), 1),
        (evidence.birth_place, m("A", place_of_birth="Derby"), m("A", place_of_birth="derby"), 1),
        (evidence.company, m("A", company={"mary price"}), m("A", company={"mary price"}), 1),
        (evidence.occupation, m("A", occupation="Roofer"), m("A", occupation="nurse"), -1),
    ],
)
def test_evidence_speaks_for_or_against(claim: evidence.Claim, a: Mention, b: Mention, sign: int) -> None:
    said, back = said_by(claim, a, b), said_by(claim, b, a)
    assert isinstance(said, Evidence)
    assert said == back
    assert said.bits * sign > 0
    assert said.says.endswith(".")


def test_another_agencys_own_number_is_another_number() -> None:
    assert said_by(evidence.local_reference, m("A", local_ref="7"), m("A", agency="council", local_ref="7")) is None


@given(NAMES, NAMES, st.sampled_from("MF"))
def test_a_pair_is_given_up_early_only_for_less_than_its_names_can_say(one: str, other: str, sex: str) -> None:
    a, b, weights = m(one, sex=sex), m(other), shipped()
    names = (evidence.family_name, evidence.given_name, evidence.middle_name, evidence.name_order)
    bits = sum(said.bits for claim in names if (said := said_by(claim, a, b)))
    assert bits <= most_of(hold(a, b, weights).fit, weights) + 1e-9
    assert bits <= most(a, b, weights).bits + 1e-9


PEOPLE = st.builds(
    m,
    NAMES,
    st.sampled_from((None, "1990", "1990-04-12", "1990-12-04", "1990-04-13", "1971-02-03")),
    sex=st.sampled_from((None, "M", "F")),
    phones=st.sampled_from(((), ("01246 556677",), ("01246 556678",))),
    address=st.sampled_from((None, {"text": "9 Low Road", "postcode": "S40 1AA"}, {"postcode": "S40 1AB"})),
    identifiers=st.sampled_from(({}, {"nhs": "9434765919"}, {"nhs": "1112223334"}, {"tenancy": "T1"})),
    place_of_birth=st.sampled_from((None, "Derby", "Leeds")),
)


@settings(max_examples=300)
@given(PEOPLE, PEOPLE)
def test_nothing_is_given_up_that_comes_to_a_doubt_when_all_is_asked(a: Mention, b: Mention) -> None:
    weights, two = shipped(), hold(a, b, shipped())
    found = [said for claim in CLAIMS if (said := claim(two))]
    beyond = any(said.bits > 0 and said.name not in ("family", "given", "middle", "sex") for said in found)
    bits = evidence_bits(a, b, weights)
    if two.fit is not None and bits >= (weights.bars.review if beyond else weights.name_alone):
        verdict = judge(a, b, weights)
        assert verdict is not None
        assert verdict.bits == pytest.approx(bits)


def test_a_verdict_tells_its_evidence_in_full() -> None:
    said = judge(m("John Smith", "1990-04-12"), m("Jon Smith", "1990-04-12"), shipped())
    assert said is not None
    assert [e.name for e in said.evidence] == ["family", "given", "birth"]
    assert said.bits == pytest.approx(sum(e.bits for e in said.evidence))


def test_a_name_turned_round_is_no_rarer_than_the_same_name_in_order() -> None:
    straight, turned = (
        hold(m("Margaret Smith"), m(other), shipped()).fit for other in ("Margaret Smith", "Smith Margaret")
    )
    assert straight is not None
    assert turned is not None
    assert turned.order == "swapped"
    assert turned.bits < straight.bits


@pytest.mark.parametrize(
    ("one", "other", "word"),
    [
        ("9 Grange Crescent, Barrow Heights", "9 Barrow Heights", ""),
        ("12 Saltergate, Chesterfield", "30 Low Road, Chesterfield", "different"),
    ],
)
def test_a_part_of_the_town_read_as_a_street_is_no_other_street(one: str, other: str, word: str) -> None:
    said = said_by(evidence.address, *(m(None, None, address={"text": text}) for text in (one, other)))
    assert (said.word if said else "") == word


def test_two_short_house_numbers_are_two_houses_though_a_digit_is_all_the_difference() -> None:
    def home(text: str) -> Mention:
        return m(None, None, address={"text": text})

    said = said_by(evidence.address, home("24 Skylark Court, Chesterfield"), home("42 Skylark Street, Chesterfield"))
    assert said is not None
    assert said.word == "neighbour"


def test_twins_are_told_whatever_a_store_has_learnt_an_address_to_weigh() -> None:
    home = {"text": "4 Alder Court, Chesterfield", "postcode": "S41 7PT"}
    a, b = m("Jayden Lee", "2001-05-06", address=home), m("Kayden Lee", "2001-05-06", address=home)
    learnt = with_learnt({"table": {"address": {"same": 9.5, "words": 14.4}}, "frequency": {}}, "learnt")
    assert never(a, b, shipped())
    assert never(a, b, learnt)
