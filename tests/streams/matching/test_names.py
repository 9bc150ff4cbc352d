import pytest

from streams.matching.names import Name, read_name
from streams.matching.nicknames import are_forms


@pytest.mark.parametrize(
    ("text", "given", "family"),
    [
        ("Mr John Paul Smith", ("john", "paul"), ("smith",)),
        ("SMITH, John", ("john",), ("smith",)),
        ("SMITH John", ("john",), ("smith",)),
        ("Siobhán O’Brien", ("siobhan",), ("obrien",)),
        ("Siobhan O Brien", ("siobhan",), ("obrien",)),
        ("John Mac Donald", ("john",), ("mcdonald",)),
        ("John McDonald", ("john",), ("mcdonald",)),
        ("Ludwig van der Berg", ("ludwig",), ("vanderberg",)),
        ("Anne-Marie Smith-Jones", ("anne", "marie"), ("smith", "jones")),
        ("J. R. Hartley", ("j", "r"), ("hartley",)),
        ("Łukasz Wójcik", ("lukasz",), ("wojcik",)),
        ("Abdul al-Hassan", ("abdul",), ("hassan",)),
        ("Sir John Smith OBE", ("john",), ("smith",)),
        ("Mr Smith", (), ("smith",)),
        ("Prince", ("prince",), ()),
    ],
)
def test_a_whole_name_is_split(text: str, given: tuple[str, ...], family: tuple[str, ...]) -> None:
    assert read_name(text) == Name(given=given, family=family)


@pytest.mark.parametrize(
    "text",
    ["unknown male", "UNKNOWN", "not known", "N/K", "two white males", "the occupier", "?", "123", "", "NOT ENTERED"],
)
def test_a_description_is_no_name(text: str) -> None:
    assert read_name(text) is None


def test_fields_are_as_good_as_a_whole_name() -> None:
    assert read_name(None, "John", "Paul", "Smith") == read_name("John Paul Smith")
    assert read_name(None, "Unknown", None, "Smith") == Name(given=(), family=("smith",))


def test_the_younger_is_told_from_the_elder() -> None:
    younger, elder = read_name("John Smith Jnr"), read_name("John Smith Snr")
    assert younger is not None
    assert elder is not None
    assert (younger.generation, elder.generation) == ("younger", "elder")


def test_short_forms_are_forms_of_their_name_both_ways() -> None:
    assert are_forms("bill", "william")
    assert are_forms("william", "billy")
    assert are_forms("mohammed", "muhammad")
    assert not are_forms("william", "robert")
