"""Incidents as a part of the reports makes them: rivals that one may know stand between, those hidden do not."""

from sqlalchemy import insert

from schemas.identity import identity
from schemas.tables import Base, Judgement, Member
from streams.clusters.agglomerate import Pair
from streams.clusters.rivals import by_item
from streams.dedupe.incidents import INCIDENTS
from streams.issues.account import Ties
from streams.issues.tied import together
from streams.store import open_store, reading, writing
from tests.streams.dedupe.tellings import EVENING

REFS = ("fire:1", "police:2", "police:3")
AT = {ref: number for number, ref in enumerate(REFS)}


def test_a_rival_among_the_visible_keeps_two_apart_and_a_hidden_one_does_not() -> None:
    pairs = [
        Pair(a="fire:1", b="police:2", bits=17.0, verdict="same"),
        Pair(a="fire:1", b="police:3", bits=16.0, verdict="same"),
    ]
    ties = Ties(near={"incident": by_item(pairs)})
    two = {ref: AT[ref] for ref in REFS[:2]}
    three, joined = ties.split("incident", [AT, two])
    assert sorted(three.values()) == [["fire:1"], ["police:2"], ["police:3"]]
    assert list(joined.values()) == [["fire:1", "police:2"]]


def test_incidents_hang_together_through_a_doubtful_rival_too() -> None:
    engine = open_store("sqlite://")
    Base.metadata.create_all(engine)
    entity = {ref: identity("incident", ref) for ref in REFS}
    pair = {"kind": "incident", "a": "fire:1", "judge": "pipeline", "evidence": [], "rule": "", "at": EVENING}
    member = {"kind": "incident", "state": "review", "at": EVENING}
    with writing(engine) as connection:
        connection.execute(insert(Member), [{**member, "item": ref, "entity": entity[ref]} for ref in REFS])
        doubtful = [("police:2", INCIDENTS.rivalry), ("police:3", INCIDENTS.rivalry - 0.5)]
        connection.execute(
            insert(Judgement), [{**pair, "b": ref, "bits": bits, "verdict": "review"} for ref, bits in doubtful]
        )
    with reading(engine) as connection:
        found = together(connection, "incident", {entity["police:2"]}, INCIDENTS.rivalry)
        assert set(found) == {entity["fire:1"], entity["police:2"]}
        assert together(connection, "incident", {entity["police:2"]}) == {}
