"""The stage: what a batch touched is found anew from the store, and only what differs is written and told on."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, select, union

from schemas.agencies import Partnership
from schemas.tables import FoundBySome, ToldKey
from streams.issues.apart import keys_apart
from streams.issues.cells import judge_weeks
from streams.issues.find import find
from streams.issues.gather import gather
from streams.issues.ground import Ground, view_all
from streams.issues.keep import compare, regroup, standing, write
from streams.issues.rules import rules
from streams.issues.touched import Touched, facts_touched, read_keys
from streams.sharing.rules import own_only
from streams.sharing.sight import sight
from streams.stage import Message, Stage, leave_for
from streams.statements import Statement


def find_issues(connection: Connection, keys: Sequence[str], partnership: Partnership) -> Sequence[Message]:
    """Find again what ``keys`` touch, write what differs, and leave it before sharing. Tells nothing itself."""
    touched = read_keys(connection, keys)
    weeks = touched.weeks | judge_weeks(connection, touched.closed, rules())
    ground = gather(
        connection,
        rules(),
        people=touched.people,
        places=touched.places,
        periods=touched.periods,
        weeks=weeks,
        moved=touched.moved,
    )
    covered = _covered(touched, ground)
    old = standing(connection, covered)
    seen = sight(connection, partnership)
    apart = keys_apart(ground, own_only(partnership), rules(), seen.alike, every=seen.tells_parts(ground.since))
    change = compare(old, find(view_all(ground), rules(), apart))
    write(connection, change)
    reached = regroup(connection, change, touched.alerts) if change.changed or change.gone or touched.alerts else set()
    # Who may not know all might see an issue where there is none: those keys are shared on their own.
    reached |= {finding.key for finding in change.gone.values()} | apart | told_under(connection, covered)
    leave_for(connection, "sharing", reached | facts_touched(connection, touched, ground))
    return []


def look_ahead(connection: Connection, keys: Sequence[str], partnership: Partnership) -> None:
    """Find what is to be found on the days among ``keys``, as all see them and as those who may not know all do."""
    periods = {key.removeprefix("day:") for key in keys if key.startswith("day:")}
    if periods:
        ground = gather(connection, rules(), periods=periods)
        seen = sight(connection, partnership)
        keys_apart(ground, own_only(partnership), rules(), seen.alike, every=seen.tells_parts(ground.since))
        find(view_all(ground), rules())


def told_under(connection: Connection, keys: Collection[str]) -> set[str]:
    """Those of ``keys`` that some agency has a copy under, or an issue alone; it may rest on what was taken back."""
    return set(_TOLD_UNDER(connection, keys=keys).scalars())


_TOLD_UNDER = Statement(
    lambda any_of: union(*(select(name).where(any_of(name, "keys")) for name in (ToldKey.key, FoundBySome.key)))
)


def _covered(touched: Touched, ground: Ground) -> set[str]:
    """The keys whose findings are replaced by what is found now."""
    return {
        *(key for key in touched.keys if key.startswith("near:")),
        *ground.chained,
        *ground.runs,
        *(f"person:{person}" for person in touched.people),
        *(f"place:{place}" for place in touched.places),
        *(f"day:{period}" for period in touched.periods),
        *(f"week:{week}" for week in ground.rises),
    }


ISSUES = Stage(name="issues", work=find_issues, look_ahead=look_ahead)
