"""Who is compared with whom does not move by hidden reports, however many stand in a block before the visible."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from schemas.tables import Member, Report
from streams.store import reading
from tests.streams.issues.way import Body, Way, close_all, person, report
from tests.streams.sharing.existing import PARTNERSHIPS, seen_by, standing
from tests.streams.sharing.test_existence import SHUT

SUBJECT = [person("suspect", identifiers={"pnc": "1988/123456A"})]
MORE = 61  # than are compared with everybody, of any kind


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    close_all()


def kinds(agency: str, way: Way) -> list[str]:
    return [copy["kind"] for copy in standing(agency, way)["copies"].values()]


@pytest.mark.parametrize("shut", [SHUT["empty audience"], SHUT["sensitive"]], ids=("restricted", "sensitive"))
def test_many_hidden_mentions_keep_no_visible_ones_apart(shut: Body) -> None:
    hidden = [report("fire", f"h{n}", n / 10, people=SUBJECT, **shut) for n in range(MORE)]
    sent = [report("police", n, 7 + 3 * n, people=SUBJECT) for n in range(3)]
    with_it, without = (Way().take(some) for some in ([*hidden, *sent], sent))
    assert kinds("housing", without) == ["repeat-person"]
    assert standing("housing", with_it) == standing("housing", without)


def test_nor_those_that_are_hidden_from_others_and_not_from_the_reader() -> None:
    hidden = [report("fire", f"h{n}", n / 10, people=SUBJECT, restricted_to=[]) for n in range(MORE)]
    sent = [report("police", n, 7 + 3 * n, people=SUBJECT, restricted_to=["housing"]) for n in range(3)]
    with_it, without = (Way().take(some) for some in ([*hidden, *sent], sent))
    assert kinds("housing", without) == ["repeat-person"]
    assert standing("housing", with_it) == standing("housing", without)


def test_nor_reports_of_one_incident() -> None:
    spot = {"text": "14 Saltergate, Chesterfield", "easting": 438_300.0, "northing": 371_300.0}
    words = "Two men fighting with bottles outside the arcade, one with a cut head"
    hidden = [report("fire", f"h{n}", 1, told=0.01, place=spot, summary=words, restricted_to=[]) for n in range(MORE)]
    sent = [report(agency, "v", 1, told=0.02, place=spot, summary=words) for agency in ("police", "council")]
    with_it, without = (Way().take(some) for some in ([*hidden, *sent], sent))
    assert without.receipts("police") != []
    assert standing("police", with_it) == standing("police", without)


def test_nor_ways_of_writing_one_place() -> None:
    hidden = [
        report("fire", f"h{n}", 1, place={"text": f"Room {n}, 14 Saltergate", "postcode": "S40 1JR"}, restricted_to=[])
        for n in range(MORE)
    ]
    ways = ("14 Saltergate", "14 Saltergate, Chesterfield", "14, Saltergate", "14 Saltergate")
    sent = [report("police", n, 2 + 3 * n, place={"text": text, "postcode": "S40 1JR"}) for n, text in enumerate(ways)]
    with_it, without = (Way().take(some) for some in ([*hidden, *sent], sent))
    assert kinds("housing", without) == ["repeat-place"]
    assert standing("housing", with_it) == standing("housing", without)


def test_a_place_told_openly_later_stands_among_the_open_ones() -> None:
    """The earliest of its tellings is hidden: it must not lend it its place in the block."""
    ways = [{"text": text, "postcode": "S40 1JR"} for text in ("14 Saltergate", "14 Saltergate, Chesterfield")]
    hidden = [report("fire", "h", 0, place=ways[0], restricted_to=[])]
    rooms = [{"text": f"Room {n}, 14 Saltergate", "postcode": "S40 1JR"} for n in range(MORE)]
    others = [report("council", n, 1, place=room) for n, room in enumerate(rooms)]
    sent = [report("police", n, 2 + 3 * n, place=ways[n % 2]) for n in range(4)]
    with_it, without = (Way().take(some) for some in ([*hidden, *others, *sent], [*others, *sent]))
    assert standing("housing", with_it) == standing("housing", without)


def test_a_report_shut_later_leaves_its_place_to_others() -> None:
    many = [report("fire", n, n / 10, people=SUBJECT) for n in range(MORE)]
    sent = [report("police", n, 7 + 3 * n, people=SUBJECT) for n in range(3)]
    shut = [{**one, "version": 2, "action": "amend", "restricted_to": []} for one in many]
    (copy,) = standing("housing", Way().take([*many, *sent]).take(shut))["copies"].values()
    assert copy["evidence"] == [f"police:{n}" for n in range(3)]


ROOMS = [{"text": f"Room {n}, 14 Saltergate", "postcode": "S40 1JR"} for n in range(MORE)]
WAYS = [{"text": text, "postcode": "S40 1JR"} for text in ("14 Saltergate", "14 Saltergate, Chesterfield")]


@pytest.mark.parametrize("own", [0, MORE], ids=("those alone", "beside its own"))
@pytest.mark.parametrize("first", [[], WAYS], ids=("rooms", "rooms and the ways themselves"))
def test_nor_ways_of_writing_it_that_one_who_is_told_a_part_may_not_know(first: list[Body], own: int) -> None:
    """Of what it may know ``own`` rooms come first too: then nothing that it does not know has the ways compared."""
    partnership, world = PARTNERSHIPS["another for burglaries"]
    others = [report("council", n, n / 100, place=place) for n, place in enumerate([*first, *ROOMS])]
    known = [report("fire", n, 1, place=room, category="burglary") for n, room in enumerate(ROOMS[:own])]
    known += [report("police", n, 2 + 3 * n, place=WAYS[n % 2], category="burglary") for n in range(4)]
    assert seen_by("street-pastors", [*others, *known], world) == known
    with_it, without = (Way(partnership=partnership).take(some).close(45) for some in ([*others, *known], known))
    assert standing("street-pastors", with_it) == standing("street-pastors", without)
    assert ("repeat-place" in kinds("street-pastors", without)) is (own == 0)


def test_one_way_of_writing_it_is_one_place_whoever_tells_it() -> None:
    """Each group of reports that are known alike has it for itself, and they are compared by their words."""
    text = {"text": "Behind the arcade, Saltergate"}
    told: list[Body] = [{}, {"restricted_to": ["council", "housing"]}, {"sensitive": ["domestic-abuse"]}, {}]
    sent = [report(agency, n, 3 * n, place=text, **told[n]) for n, agency in enumerate(("council",) * 3 + ("police",))]
    way = Way().take(sent)
    with reading(way.engine) as connection:
        places = connection.execute(
            select(Report.place_item, Member.entity).join(Member, Member.item == Report.place_item)
        )
        items, entities = (set(column) for column in zip(*places, strict=True))
    assert (len(items), len(entities)) == (3, 1)
    assert None not in entities
