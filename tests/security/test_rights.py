"""Every agency, topic and group, and all that can be asked: allowed as the contract says, and nothing else."""

import pytest

from tests.security.secured import Secured
from tests.security.trying import Tried, not_logged, try_all

pytestmark = pytest.mark.broker

AGENCIES = ("fire", "fire-east", "housing")  # the first two so that a name that begins another does not open it


@pytest.fixture(scope="module")
def tried(secured: Secured) -> list[Tried]:
    return try_all(secured, AGENCIES)


def test_each_is_allowed_as_the_contract_says_and_every_other_denied(tried: list[Tried]) -> None:
    assert len(tried) >= 300
    assert [one for one in tried if one.allowed != one.expected] == []
    # what is allowed comes to pass: an empty answer would hide a request that asked nothing
    unclear = [one for one in tried if one.allowed and one.resource.startswith("Topic") and one.codes != {0}]
    assert unclear == []
    assert {one.doing for one in tried if one.allowed} == {"read", "write", "describe", "join", "offsets"}
    assert all(one.codes for one in tried)


def test_each_denial_stands_in_the_brokers_log(secured: Secured, tried: list[Tried]) -> None:
    assert len([one for one in tried if not one.allowed]) >= 300
    assert not_logged(secured, tried) == []
