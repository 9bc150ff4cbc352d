"""The bench counts as candidates what the blocks make candidates of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from schemas.tables import Base, Mention, Report, to_micros
from streams.clusters.blocks import change
from streams.clusters.kinds import Item
from streams.matching.people.kind import PEOPLE
from streams.store import add, open_store, writing
from tests.bench.people.candidates import compared

START = datetime(2024, 1, 1, tzinfo=UTC)
BLOCKS = {
    "a": "xyV", "b": "xVW", "c": "xyz", "d": "x", "e": "yzW", "f": "", "g": "xVW", "h": "xz", "j": "V", "k": "VW",
}  # fmt: skip
HEAD = 3


def test_the_bench_counts_the_pairs_that_the_blocks_make() -> None:
    engine = open_store("sqlite://")
    Base.metadata.create_all(engine)
    with writing(engine) as connection:
        for number, name in enumerate(BLOCKS):
            at = START + timedelta(seconds=number)
            report = {"ref": f"police:{name}", "agency": "police", "id": name, "version": 1, "status": "accepted"}
            add(connection, Report, [report | {"reported_at": at}])
            add(connection, Mention, [{"id": name, "ref": f"police:{name}", "index": 0, "role": "subject", "body": {}}])
        items = [
            Item(id=name, at=to_micros(START + timedelta(seconds=number)), keys=frozenset(keys))
            for number, (name, keys) in enumerate(BLOCKS.items())
        ]
        made = change(connection, replace(PEOPLE, head=HEAD, tells=str.islower), (), items, ()).pairs
        counted = compared(connection, HEAD, str.islower)
    one, other = counted.ends
    names = counted.records
    assert {(names[a], names[b]) for a, b in zip(one, other, strict=True)} == made
    assert ("d", "g") not in made  # both in x, neither among its first three
    assert ("a", "j") in made  # in V, of which a is among the first two
    assert ("g", "j") not in made  # g is its third, and V alone tells too little
    assert ("g", "k") in made  # in V and W
    assert dict(zip(names, counted.partners().tolist(), strict=True))["f"] == 0
    truth = dict.fromkeys(names, "one") | {"d": "two", "g": "two", "e": "three", "h": "three"}
    assert counted.found(truth) == {"one": len({p for p in made if not set(p) & set("dgeh")}), "two": 0, "three": 1}
