import pytest

from streams.matching.people.names import Name, read_name
from streams.matching.people.nicknames import are_forms, are_related, mended


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
        ("SergeiLavrov", ("sergei",), ("lavrov",)),
        ("S5ewart Jones", ("s5ewart",), ("jones",)),
        ("Osama bin Laden", ("osama",), ("laden",)),
        ("Al Green", ("al",), ("green",)),
        ("王秀英", ("xiuying",), ("wang",)),
        ("바라크·오바마", ("balakeu",), ("obama",)),
        ("Henry, 1st Baron Gladstone of Hawarden", ("henry",), ("gladstone", "hawarden")),
        ("Elizabeth Countess Devonshire", ("elizabeth",), ("devonshire",)),
        ("Sir John Marsham, 1st Baronet", ("john",), ("marsham",)),
        ("Martin King", ("martin",), ("king",)),
        ("Joe Bloggs 2", ("joe",), ("bloggs",)),
    ],
)
def test_a_whole_name_is_split(text: str, given: tuple[str, ...], family: tuple[str, ...]) -> None:
    assert read_name(text) == Name(given=given, family=family)


@pytest.mark.parametrize(
    "text",
    [
        "unknown male",
        "UNKNOWN",
        "not known",
        "N/K",
        "two white males",
        "the occupier",
        "?",
        "123",
        "",
        "NOT ENTERED",
        "male1",
    ],
)
def test_a_description_is_no_name(text: str) -> None:
    assert read_name(text) is None


def test_fields_are_as_good_as_a_whole_name() -> None:
    assert read_name(None, "John", "Paul", "Smith") == read_name("John Paul Smith")
    assert read_name(None, "Unknown", None, "Smith") == Name(given=(), family=("smith",))


def test_titles_in_the_field_of_given_names_are_no_given_names() -> None:
    assert read_name(None, "Mr", None, "Smith") == Name(given=(), family=("smith",))
    assert read_name(None, "Rt. Hon.", None, "Law") == Name(given=(), family=("law",))


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


def test_one_name_in_two_languages_is_related_and_no_short_form() -> None:
    assert are_related("john", "ivan")
    assert are_related("willie", "gwilym")
    assert not are_forms("john", "ivan")
    assert not are_related("jack", "jamie")


def test_a_short_form_is_known_by_each_of_its_endings() -> None:
    assert are_forms("teddie", "edward")
    assert are_forms("rickey", "richard")


def test_a_slip_in_a_given_name_is_mended_where_one_name_only_can_be_meant() -> None:
    assert mended("cgarles") == "charles"
    assert mended("th9mas") == "thomas"
    assert mended("jayden") == "jayden"
    assert mended("olek") == "olek"
