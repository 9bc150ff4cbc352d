"""Agreements as data: what is wrong in the file is told in a sentence, and the shipped one opens no partner."""

from datetime import date

import pytest

from schemas.agencies import load_partnership
from schemas.agreements import ROLES, WHAT, read_agreements

MEMBERS = {"police": True, "council": True, "door-staff": False}
GOOD = """
[agreement.night]
from = ["police"]
to = ["door-staff"]
purpose = "Safe nights out"
basis = "Legitimate interests, signed 2026-01-05"
categories = ["violent-crime"]
details = ["spiking"]
fields = ["person", "area"]
roles = ["suspect"]
keep_days = 28
valid_from = 2026-01-05
valid_to = 2026-12-31
"""


def test_an_agreement_is_read() -> None:
    (one,) = read_agreements(GOOD, MEMBERS)
    assert (one.givers, one.receivers) == ({"police"}, {"door-staff"})
    assert (one.fields, one.roles) == ({"person", "area"}, {"suspect"})
    assert one.covers("violent-crime", "spiking")
    assert not one.covers("violent-crime", None)
    assert not one.covers("burglary", "spiking")


def test_it_holds_from_its_first_day_to_its_last_and_no_longer_than_may_be_kept() -> None:
    (one,) = read_agreements(GOOD, MEMBERS)
    made = date(2026, 3, 1)
    assert one.holds(made, None)
    assert one.holds(made, date(2026, 3, 28))
    assert not one.holds(made, date(2026, 3, 29))  # 28 days after it was made
    assert not one.holds(date(2026, 1, 4), None)
    assert one.holds(date(2026, 12, 31), date(2026, 12, 30))
    assert not one.holds(date(2026, 12, 31), date(2026, 12, 31))
    assert not one.holds(date(2027, 1, 1), None)


WRONG = {
    "fields = [": ('fields = ["postcode", ', "fields"),
    'categories = ["violent-crime"]': ('categories = ["violence"]', "category there is: violence"),
    'details = ["spiking"]': ('details = ["spikes"]', "detail there is: spikes"),
    'to = ["door-staff"]': ('to = ["doormen"]', "no agency of the agencies file: 'doormen'"),
    'from = ["police"]\n': ("", "only one of"),
    'from = ["police"]': ('between = ["police"]', "either as"),
    "valid_to = 2026-12-31": ("valid_to = 2025-12-31", "before it begins"),
    'roles = ["suspect"]': ("", "roles"),
    'basis = "Legitimate interests, signed 2026-01-05"': ("", "basis"),
    "keep_days = 28": ("keep_days = 0", "keep_days"),
    "purpose = ": ("purpos = ", "purpos"),
}


@pytest.mark.parametrize("said", WRONG)
def test_what_is_wrong_is_told_by_name(said: str) -> None:
    instead, says = WRONG[said]
    assert said in GOOD
    with pytest.raises(ValueError, match="agreements file: night: ") as told:
        read_agreements(GOOD.replace(said, instead), MEMBERS)
    assert says in str(told.value)


def test_a_pointer_has_no_fields() -> None:
    with pytest.raises(ValueError, match="is a pointer"):
        read_agreements(GOOD + "pointer = true\n", MEMBERS)


def test_an_empty_file_is_no_agreement() -> None:
    assert read_agreements("", MEMBERS) == ()
    with pytest.raises(ValueError, match="unknown entry 'agreements'"):
        read_agreements("[agreements.a]\n", MEMBERS)


def test_the_shipped_one_is_an_example_for_relevant_authorities_alone() -> None:
    partnership = load_partnership()
    (one,) = partnership.agreements
    assert one.example
    assert one.receivers == {name for name, member in partnership.items() if member.statutory}
    assert (one.fields, one.roles) == (WHAT, ROLES)
