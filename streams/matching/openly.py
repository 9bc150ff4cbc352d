"""What is counted or learnt of many reports rests on those alone that every statutory agency may know.

A hidden one would show in it: one name more, and a number that links two visible mentions links them no longer.
"""

import json
from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select

from schemas.tables import Member, Mention, Report
from streams.clusters.agglomerate import agglomerate
from streams.clusters.pairs import around
from streams.clusters.sets import among
from streams.issues.tied import together
from streams.sharing.marking import read_marking


def open_refs(connection: Connection, refs: Collection[str]) -> frozenset[str]:
    """Those of ``refs`` whose marking hides them from no statutory agency."""
    rows = connection.execute(select(Report.ref, Report.marking).where(among(connection, Report.ref, refs)))
    return frozenset(ref for ref, marking in rows if read_marking(marking).plain)


def groups_of(connection: Connection, refs: Collection[str]) -> dict[str, str]:
    """The group of reports hidden alike that each of ``refs`` is of; empty where every statutory agency may know it.

    Reports of one agency under one marking: who may know one of them by its marking may know all.
    """
    rows = connection.execute(
        select(Report.ref, Report.agency, Report.marking).where(among(connection, Report.ref, refs))
    )
    return {ref: group_of(agency, marking) for ref, agency, marking in rows}


def group_of(agency: str, marking: Mapping[str, Any] | None) -> str:
    """The group of a report by its agency and marking."""
    if read_marking(marking).plain:
        return ""
    return sha256(json.dumps([agency, marking], sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def hidden_mentions(connection: Connection) -> frozenset[str]:
    """The mentions in reports that are marked so that not every statutory agency may know them."""
    rows = connection.execute(select(Mention.id, Report.marking).join(Report, Report.ref == Mention.ref))
    return frozenset(item for item, marking in rows if not read_marking(marking).plain)


def open_persons(connection: Connection, hidden: Collection[str]) -> dict[str, str]:
    """The person of each mention that is not ``hidden``, by any name, as those alone make them."""
    from streams.matching.people.kind import people  # it reads mentions, which ask here what counts

    rows = connection.execute(select(Member.item, Member.entity).where(Member.kind == "person")).all()
    touched = {entity for item, entity in rows if item in hidden and entity}
    touched |= together(connection, "person", touched).keys()
    found = {item: entity or item for item, entity in rows if item not in hidden}
    anew = sorted(item for item, entity in found.items() if entity in touched)
    if not anew:
        return found
    rules = people(connection)
    contents = rules.load(connection, anew)
    pairs = [pair for pair in around(connection, "person", anew) if pair.a in contents and pair.b in contents]

    def barred(a: str, b: str) -> bool:
        return rules.never(contents[a], contents[b])

    for cluster in agglomerate(anew, pairs, rules.bars.stay, barred, rules.between(contents)):
        found |= dict.fromkeys(cluster, cluster[0])
    return found
