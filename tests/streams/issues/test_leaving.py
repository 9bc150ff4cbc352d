"""A report that leaves an incident others told of: what its sender was told of them is taken back."""

from tests.streams.issues.way import Way, report

HERE = {"text": "3 Larch Road", "postcode": "S41 7QW", "easting": 438_500, "northing": 371_500}
THERE = {"text": "90 Birch Avenue", "postcode": "S40 2AB", "easting": 436_000, "northing": 369_000}


def test_the_receipt_goes_with_the_other_telling() -> None:
    first = report("police", 1, 60, detail="noise", summary="Loud music from number 3.", place=HERE)
    other = report("housing", 2, 60, told=0.2, detail="noise", summary="Loud music at number 3.", place=HERE)
    way = Way().take([first, other])
    assert ("2", "incident", "Police told of the same incident.") in way.receipts("housing")
    way.take([{**first, "version": 2, "action": "amend", "place": THERE}])
    assert [status for _, status, _ in way.receipts("housing") if status == "incident"] == []
