"""One batch of changed items through blocks, judging and clustering, ending in member rows."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection

from schemas.tables import from_micros
from streams.clusters import blocks, pairs
from streams.clusters.entities import Outcome, Standing, settle, standings
from streams.clusters.kinds import Item, Kind
from streams.clusters.reach import Reach
from streams.keeping.log import log

T = TypeVar("T")


def update(
    connection: Connection, kind: Kind[T], came: Sequence[Item], gone: Collection[str], contents: Mapping[str, T]
) -> Outcome:
    """Take ``came`` (new, or changed in any way) in and ``gone`` out, and settle every entity that this touches.

    ``contents`` are what the rules read of the items that came; those of others are loaded.
    """
    touched = {item.id for item in came} | set(gone)
    before = standings(connection, kind.name, touched)
    candidates = blocks.change(connection, kind, before.keys(), came, gone)
    shifted = candidates.items - touched
    parted = pairs.forget(connection, kind.name, before.keys() | shifted)
    contents = _with_others(connection, kind, contents, candidates)
    kept = pairs.judge(kind, sorted(candidates.pairs), contents)
    met = {item for pair in kept for item in pair}
    before |= standings(connection, kind.name, (met | shifted | parted.all) - touched)
    world = {item: standing for item, standing in before.items() if item not in touched}
    world |= {item.id: _newcomer(item) for item in came}
    judged = touched | shifted
    since = min((where[item].at for where in (before, world) for item in judged & where.keys()), default=None)
    pairs.keep(connection, kind, kept, {item: standing.at for item, standing in world.items()})
    same = {item for pair, (word, said) in kept.items() if kind.minds(word, said) for item in pair}
    reach = Reach(connection, kind, before, world, contents)
    tied = same | (parted.same if kind.rivals is None else parted.all)
    clusters = reach.clusters(touched | shifted | tied)
    after = reach.standings(clusters) | reach.reopened(met, parted.all)
    before = {item: standing for item, standing in before.items() if item in after or item in touched}
    vanished = settle(connection, kind.name, before, after)
    entities = {name: clusters[name] for name in _changed(before, after, touched | tied)}
    outcome = Outcome(entities=entities, vanished=vanished, since=since)
    _log(connection, kind, before, after, outcome)
    return outcome


def _log(
    connection: Connection,
    kind: Kind[Any],
    before: Mapping[str, Standing],
    after: Mapping[str, Standing],
    outcome: Outcome,
) -> None:
    """Write down which entities were joined or parted, by id: an entry a batch, at the newest item's time."""
    was = {item: standing.entity for item, standing in before.items()}
    joined = sorted(
        name
        for name, items in outcome.entities.items()
        if len(items) > 1 and any(was.get(item) != name for item in items)
    )
    if kind.personal and (joined or outcome.vanished):
        detail = {"joined": joined, "no_more": sorted(outcome.vanished), "rule": kind.rule}
        at = from_micros(max(standing.at for standing in (*after.values(), *before.values())))
        said = {"at": at, "actor": "pipeline", "act": "combination", "subject": kind.name, "detail": detail}
        log(connection, f"linking {kind.name}", [said])


def _newcomer(item: Item) -> Standing:
    return Standing(entity=None, state="single" if item.linkable else "unlinkable", at=item.at)


def _with_others(
    connection: Connection, kind: Kind[Any], contents: Mapping[str, T], candidates: blocks.Candidates
) -> Mapping[str, T]:
    others = {item for pair in candidates.pairs for item in pair} - contents.keys()
    return {**contents, **kind.load(connection, others)} if others else contents


def _changed(before: Mapping[str, Standing], after: Mapping[str, Standing], touched: Collection[str]) -> set[str]:
    """The entities that are there now and gained an item, lost one, or hold one that was touched or whose pairs were.

    A pair that ties nothing still says what hangs together, and so what may be shown to whom.
    """
    now = {standing.entity for standing in after.values() if standing.entity}
    held = {after[item].entity for item in touched if item in after}
    held |= {before[item].entity for item in touched if item in before}
    for item, standing in after.items():
        was = before[item].entity if item in before else None
        if was != standing.entity:
            held |= {was, standing.entity}
    return {name for name in now if name in held}
