import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.matching.people.alignment import family_level, given_level
from streams.matching.people.spellings import liken, sound

WORDS = st.text("abcdehilmnoprstwy5", min_size=1, max_size=10)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("stewart", "stewart", "same"),
        ("stewart", "stuart", "sound"),
        ("thomson", "thompson", "sound"),
        ("hussain", "hussein", "sound"),
        ("smith", "smyth", "sound"),
        ("stewart", "s5ewart", "slip"),
        ("laden", "ladin", "slip"),
        ("joe", "koe", "slip"),
        ("joe", "zoe", "loose"),
        ("lindenberg", "lyndenburg", "alike"),
        ("williams", "williamson", "alike"),
        ("jones", "james", "loose"),
        ("hassan", "hussein", ""),
        ("li", "lu", ""),
        ("federer", "federman", ""),
    ],
)
def test_words_are_alike_by_levels(one: str, other: str, expected: str) -> None:
    assert liken(one, other) == liken(other, one) == expected


@given(WORDS, WORDS)
def test_which_word_comes_first_does_not_count(one: str, other: str) -> None:
    assert liken(one, other) == liken(other, one)


@given(WORDS)
def test_a_word_has_a_sound_and_is_the_same_as_itself(word: str) -> None:
    assert sound(word) == sound(word.replace("ph", "f"))
    assert liken(word, word) == "same"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("kate", "catherine", "nickname"),
        ("john", "ivan", "form"),
        ("jayden", "kayden", "different"),
        ("daniel", "danielle", "different"),
        ("stephen", "steven", "nickname"),
        ("j", "james", "initial"),
        ("jp", "john paul", "initial"),
        ("annmarie", "ann marie", "same"),
        ("robert", "james robert", "other"),
    ],
)
def test_given_names_agree_by_levels(one: str, other: str, expected: str) -> None:
    a, b = tuple(one.split()), tuple(other.split())
    assert given_level(a, b) == given_level(b, a) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("smith jones", "smithjones", "same"),
        ("smith jones", "jones smith", "part"),
        ("smith jones", "jones", "part"),
        ("smith jones", "jonse", "slip"),
        ("smith jones", "brown jones", "different"),
    ],
)
def test_family_names_agree_by_levels(one: str, other: str, expected: str) -> None:
    a, b = tuple(one.split()), tuple(other.split())
    assert family_level(a, b) == family_level(b, a) == expected
