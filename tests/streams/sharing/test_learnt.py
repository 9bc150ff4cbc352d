"""Weights learnt from reports that a partner may not know are none of its own: it is judged by the shipped ones."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from schemas.tables import Judgement, Member, Mention
from streams.clusters.tidy import in_doubt
from streams.matching.people import learning
from streams.matching.people.kind import people
from streams.store import reading, writing
from tests.streams.issues.way import Body, Way, close_all, person, report
from tests.streams.matching.people.test_learning import town_of
from tests.streams.sharing.existing import seen_by, standing

PARTNER = "street-pastors"
BORN = "1988-07"  # 26 bits as shipped; where half the town is called so, it comes to no join
OTHERS = [{**body, "agency": "police"} for body in town_of(240)]


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    close_all()


def of_one(agency: str) -> list[Body]:
    return [report(agency, n, 3 * n, people=[person("suspect", "Alice Entwistle", BORN)]) for n in range(4)]


def learnt(sent: list[Body]) -> Way:
    """A store that has learnt of what it holds."""
    way = Way().take(sent)
    with writing(way.engine) as connection:
        learning.put_in_force(connection, learning.learn(connection))
    way.drain(500)
    return way


def rules(way: Way, agency: str) -> set[tuple[str, str]]:
    """By which rules the mentions of an agency's four reports were judged, and how."""
    four = select(Mention.id).where(Mention.ref.in_([f"{agency}:{n}" for n in range(4)]))
    with reading(way.engine) as connection:
        rows = connection.execute(
            select(Judgement.rule, Judgement.verdict).where(Judgement.a.in_(four), Judgement.b.in_(four))
        )
        return {(rule.rpartition("-")[0], verdict) for rule, verdict in rows}


def test_a_partner_is_told_the_same_whatever_was_learnt_of_others() -> None:
    sent = of_one(PARTNER)
    without, with_them = Way().take(sent), learnt([*OTHERS, *sent])
    assert seen_by(PARTNER, [*OTHERS, *sent]) == sent
    assert [copy["kind"] for copy in standing(PARTNER, without)["copies"].values()] == ["repeat-person"]
    assert standing(PARTNER, with_them) == standing(PARTNER, without)
    assert rules(with_them, PARTNER) == rules(without, PARTNER) == {("people-2026", "same")}


def test_what_is_judged_by_the_shipped_ones_is_not_gone_over_again_for_it() -> None:
    way = learnt([*OTHERS, *of_one(PARTNER)])
    mine = select(Member.entity).join(Mention, Mention.id == Member.item).where(Mention.ref.startswith(f"{PARTNER}:"))
    with reading(way.engine) as connection:
        assert in_doubt(connection, people(connection)).isdisjoint(connection.execute(mine).scalars())


def test_and_everybody_else_by_what_was_learnt() -> None:
    assert rules(learnt([*OTHERS, *of_one("council")]), "council") == {("people-learnt", "review")}
