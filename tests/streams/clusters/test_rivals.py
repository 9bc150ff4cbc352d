"""What fits two as well, of which one can be right, is tied to neither."""

from collections import defaultdict

from streams.clusters.agglomerate import Pair
from streams.clusters.rivals import Rivals, by_item, likeliest, without_rivals

ONE_OF_A_LETTER = Rivals(alike=lambda a, b: a[0] == b[0], margin=2.0, sure=28.0)


def verdicts(*pairs: Pair, rivals: Rivals | None = ONE_OF_A_LETTER) -> list[str]:
    near = defaultdict(list)
    for pair in pairs:
        near[pair.a].append(pair)
        near[pair.b].append(pair)
    return [pair.verdict for pair in without_rivals(pairs, near, rivals)]


def pair(a: str, b: str, bits: float, verdict: str = "same") -> Pair:
    return Pair(a=a, b=b, bits=bits, verdict=verdict)


def test_two_that_fit_about_as_well_both_go_to_people() -> None:
    assert verdicts(pair("a", "p1", 17), pair("a", "p2", 16)) == ["review", "review"]
    assert verdicts(pair("a", "p1", 17), pair("a", "p2", 16), rivals=None) == ["same", "same"]


def test_a_doubtful_pair_is_a_rival_too() -> None:
    assert verdicts(pair("a", "p1", 15), pair("a", "p2", 13.5, "review")) == ["review", "review"]


def test_a_second_that_fits_much_worse_is_no_rival() -> None:
    assert verdicts(pair("a", "p1", 20), pair("a", "p2", 17)) == ["same", "review"]


def test_others_than_the_like_are_no_rivals() -> None:
    assert verdicts(pair("a", "p1", 17), pair("a", "q1", 17)) == ["same", "same"]


def test_two_that_are_plainly_one_are_no_rivals() -> None:
    assert verdicts(pair("a", "p1", 17), pair("a", "p2", 17), pair("p1", "p2", 20)) == ["same"] * 3


def test_what_people_said_goes_before_rivals() -> None:
    assert verdicts(pair("a", "p1", 17, "told"), pair("a", "p2", 17)) == ["told", "review"]
    assert verdicts(pair("a", "p1", 17, "barred"), pair("a", "p2", 17)) == ["barred", "same"]


def test_what_is_sure_minds_no_rival() -> None:
    assert verdicts(pair("a", "p1", 40), pair("a", "p2", 40)) == ["same", "same"]


def test_of_two_rivals_people_would_choose_the_likelier() -> None:
    pairs = pair("a", "p1", 17), pair("a", "p2", 16, "review")
    assert [likeliest(one, by_item(pairs), ONE_OF_A_LETTER) for one in pairs] == [True, False]
