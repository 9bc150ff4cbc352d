"""A mention that was packed is read back as it was."""

import pytest

from streams.matching.people.packing import pack, unpack
from streams.matching.people.person import Mention
from tests.streams.matching.people.made import m

HOME = {"name": "Rose Cottage", "text": "4 Park Road, Chesterfield", "postcode": "S40 1XZ"}


@pytest.mark.parametrize(
    "mention",
    [
        m(),
        m("Dr Ann-Marie O'Ashe junior", aliases=["Annie Ashe", "Ash"], born="1990-04-12", sex="F"),
        m("Bo", born="1990", age_from=30, age_to=34, phones=["01246 555123"], emails=["bo@home.example"]),
        m(identifiers={"pnc": "2009/0005927D", "nhs": "943 476 5919"}, local_ref="H-7", company=["ann ashe"]),
        m("Cy Dee", address={**HOME, "easting": 438371.25, "northing": 371123.0}, occupation="Baker"),
        m("Cy Dee", address={"text": "Near the Market Hall", "ward": "Spire"}, place_of_birth="Łódź"),
    ],
)
def test_nothing_is_lost(mention: Mention) -> None:
    again = unpack(mention.id, mention.ref, mention.index, mention.role, pack(mention))
    assert {name: getattr(again, name) for name in Mention.__slots__} == {
        name: getattr(mention, name) for name in Mention.__slots__
    }
