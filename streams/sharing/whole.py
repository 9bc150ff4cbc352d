"""Who may know a report whole: asked where one paper goes to several agencies."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection

from schemas.agencies import Partnership
from streams.issues.hear import tellings_of
from streams.sharing.sight import sight


def known_whole(
    connection: Connection, refs: Collection[str], *, partnership: Partnership
) -> Mapping[str, frozenset[str]]:
    """The agencies that may know each report with nothing of it left out; a report that is no more, nobody."""
    seen = sight(connection, partnership)
    return {
        ref: frozenset(name for name, grant in seen.of(telling).items() if grant.whole)
        for ref, telling in tellings_of(connection, refs).items()
    }
