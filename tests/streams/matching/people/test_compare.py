import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.matching.people.compare import name_score

BAR = 0.65


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("John Smith", "SMITH, John"),
        ("MOHAMMAD HASNI HAJI KHAN ZARKARI", "HAJI KHAN ZARKARI MOHAMMADHASNI"),
        ("Nikolai Patr ushev", "Nikolai Platonovich Patrushev"),
        ("Volodymyr Kovalenko", "Володимир Коваленко"),
        ("JC Hartley", "John-Clive Hartley"),
        ("Hannibal", "Hannibol"),
        ("Mohamed bin Salman", "Muhammad ibn Salman"),
    ],
)
def test_names_of_one_person_score_above_the_bar(one: str, other: str) -> None:
    assert name_score(one, other) > BAR


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Angelo Cruz", "Angela Merkel"),
        ("John Smith", "Peter Smith"),
        ("Ahmed Hassan Omar", "Ahmed Yusuf Omar"),
        ("Smith", "John"),
        ("Smith", "John Smith"),
    ],
)
def test_names_of_two_people_score_below_it(one: str, other: str) -> None:
    assert name_score(one, other) < BAR


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_score_is_from_nought_to_one_whichever_name_comes_first(one: str, other: str) -> None:
    score = name_score(one, other)
    assert 0.0 <= score <= 1.0
    assert score == name_score(other, one)


@given(st.from_regex(r"[A-Z][a-z]{2,8} [A-Z][a-z]{2,8}", fullmatch=True))
def test_a_name_agrees_with_itself(name: str) -> None:
    assert name_score(name, name) >= 0.9
