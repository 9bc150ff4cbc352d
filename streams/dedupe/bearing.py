"""Of which reports it can change what is said of them that others put a name elsewhere, so that they are worth a look.

Where others put a name counts only against a place that is told in no words, or as a way to find a report of which
nothing else is known of where it is. Three looks in four were for nothing, and read all whom a report meets.
"""

from collections.abc import Collection

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from schemas.tables import BlockKey
from streams.clusters.sets import among
from streams.dedupe.current import told
from streams.dedupe.keys import OF_WORDS
from streams.dedupe.telling import Telling

_KIND = "incident"


def worth_a_look(connection: Connection, refs: Collection[str]) -> frozenset[str]:
    """Those of ``refs``, which ask where others put a name, that may meet or be judged otherwise by another answer."""
    worded = {ref for ref, telling in told(connection, refs).items() if _stands_by_its_words(telling)}
    return frozenset(set(refs) - worded) | _near_wordless(connection, worded)


def _stands_by_its_words(telling: Telling) -> bool:
    """Whether it tells where it was in words, and it is known where that is about."""
    return telling.spot is not None and bool(telling.spot.words) and telling.spot.form.where[0] is not None


def _near_wordless(connection: Connection, refs: Collection[str]) -> frozenset[str]:
    """Those of ``refs`` that share a block with a report that is not found by words of its place."""
    if not refs:
        return frozenset()
    mine, theirs, words = aliased(BlockKey), aliased(BlockKey), aliased(BlockKey)
    found_by_words = (
        select(words.item)
        .where(words.kind == _KIND, words.item == theirs.item, words.key.startswith(OF_WORDS, autoescape=True))
        .exists()
    )
    rows = connection.execute(
        select(mine.item)
        .join(theirs, (theirs.kind == _KIND) & (theirs.key == mine.key) & (theirs.item != mine.item))
        .where(mine.kind == _KIND, among(connection, mine.item, refs), ~found_by_words)
        .distinct()
    )
    return frozenset(rows.scalars())
