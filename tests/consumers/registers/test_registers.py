"""The registers say what runs, what ends soon, and which alerts are about the same premises."""

from datetime import date

import pytest
from sqlalchemy import Engine

from consumers.ladder.people import ById, Reader
from consumers.registers.bans import bans_of, faults_of, penalties_of, state_of
from consumers.registers.premises import is_there, premises_of
from consumers.work.sight import holding
from schemas.agencies import load_partnership
from schemas.work import Ban, Breach, Premises
from streams.store import reading
from tests.consumers.work.making import TODAY, desk, tell


def a_ban(**others) -> Ban:
    said = {"kind": "civil-injunction", "holder": "J. Doe", "conditions": "Not in the arcade", "start": "2026-11-01"}
    return Ban.model_validate({**said, **others})


@pytest.mark.parametrize(
    ("others", "state"),
    [
        ({}, "running"),
        ({"until": "2026-12-01"}, "ends soon"),
        ({"until": "2027-06-01"}, "running"),
        ({"until": "2026-11-24"}, "over"),
        ({"start": "2026-12-01"}, "to come"),
        ({"ended": "2026-11-20"}, "over"),
    ],
)
def test_a_ban_stands_by_its_days(others: dict, state: str) -> None:
    assert state_of(a_ban(**others), TODAY) == state


@pytest.mark.parametrize(
    ("others", "says"),
    [
        ({"kind": "drinking-banning-order"}, "none could be made after 22 March 2015"),
        ({"kind": "licensed-premises-exclusion"}, "it ends on 1 November 2028 at the latest"),
        ({"kind": "banishment"}, "Choose a kind of ban"),
    ],
)
def test_a_ban_that_its_kind_does_not_allow_is_told(others: dict, says: str) -> None:
    assert any(says in sentence for sentence in faults_of(a_ban(**others)))
    assert faults_of(a_ban()) == []


def test_bans_are_ones_own_and_those_shared_with_one(engine: Engine) -> None:
    with desk(engine) as here:
        own = here.make(a_ban())
        shared = here.make(a_ban(share=True, until="2026-12-01"))
        here.make(Breach(on=date(2026, 11, 20), what="In the arcade"), parent=own)
        here.make(Breach(on=date(2026, 11, 21), what="Drinking", notice="FPN-7", pounds=100))
    with reading(engine) as connection:
        readers = [
            Reader(connection=connection, agency=name, partnership=load_partnership(), knowing=ById(), today=TODAY)
            for name in ("police", "housing")
        ]
        mine, theirs = (bans_of(reader, ()) for reader in readers)
        penalties = [len(penalties_of(reader)) for reader in readers]
    assert [one.kept.id for one in mine] == [shared, own]
    assert [len(one.breaches) for one in mine] == [0, 1]
    assert [one.kept.id for one in theirs] == [shared]
    assert penalties == [1, 0]


@pytest.mark.parametrize(
    ("place", "there"),
    [
        ({"uprn": "000100"}, True),
        ({"uprn": "101", "name": "The Crown"}, False),
        ({"name": "THE CROWN"}, True),
        ({"text": "The Crown, Vicar Lane"}, True),
        ({"text": "The Crown Court"}, False),
        ({}, False),
    ],
)
def test_an_alert_is_about_premises_by_number_or_by_name(place: dict, there: bool) -> None:
    assert is_there(place, Premises(name="The Crown", uprn="100")) is there


def test_the_register_is_public_and_the_alerts_beside_it_are_ones_own(engine: Engine) -> None:
    premises = {"name": "The Crown", "uprn": "100", "accredited_until": "2026-12-01", "review": "2027-03-01"}
    with desk(engine, "council") as here:
        here.make(Premises.model_validate(premises))
    tell(engine, "police", "a1", place={"id": "x", "uprn": "100"})
    with reading(engine) as connection:
        found = {
            agency: premises_of(connection, holding(connection, agency), TODAY)[0] for agency in ("police", "housing")
        }
    assert [len(one.alerts) for one in found.values()] == [1, 0]
    assert found["police"].due == ("Accreditation runs out on 1 December 2026.",)
