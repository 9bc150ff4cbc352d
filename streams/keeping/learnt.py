"""What was learnt of how names are spread: a name that nobody bears any more is no longer among them."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select, update

from schemas.tables import LearntWeights, Mention
from streams.matching.people.weights import shipped_frequencies

AT_A_TIME = 1000


def forget_learnt(connection: Connection) -> int:
    """Take values out of what was learnt that no mention bears now and that were not shipped; how many."""
    rows = connection.execute(select(LearntWeights.version, LearntWeights.body)).all()
    if not rows:
        return 0
    borne = _borne(connection)
    taken = 0
    for row in rows:
        frequency, shipped = row.body.get("frequency", {}), shipped_frequencies()
        kept = {
            field: {
                value: often for value, often in values.items() if value in borne or value in shipped.get(field, {})
            }
            for field, values in frequency.items()
        }
        gone = sum(len(values) - len(kept[field]) for field, values in frequency.items())
        if gone:
            body = {**row.body, "frequency": kept}
            connection.execute(update(LearntWeights).where(LearntWeights.version == row.version).values(body=body))
        taken += gone
    return taken


def _borne(connection: Connection) -> set[str]:
    found: set[str] = set()
    for body in connection.execute(select(Mention.body)).scalars():
        found.update(_texts(body))
    return found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        yield from value.split()
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
