"""What is derived of the reports that hold now, remembered by what they say and what is known of places."""

from collections import OrderedDict
from collections.abc import Callable, Collection
from typing import Generic, TypeVar

from sqlalchemy import Connection, select

from schemas import tables
from schemas.report import Report
from streams.gazetteer.atlas import Atlas
from streams.gazetteer.keep import atlas
from streams.intake.kept import current_reports
from streams.statements import Statement

T = TypeVar("T")

# With all that hangs on them a report's two readings take some 20 kB: 200 MB, and a worker is to stay under a gigabyte.
MOST = 10_000


# The digest of each of some reports' current version.
_DIGESTS = Statement(
    lambda any_of: (
        select(tables.Report.ref, tables.ReportVersion.digest)
        .join(tables.ReportVersion, tables.ReportVersion.uid == tables.Report.uid)
        .where(any_of(tables.Report.ref, "refs"), tables.Report.status == "accepted")
    )
)


class Derived(Generic[T]):
    """The derivations of the versions asked for last, at most ``most`` of them."""

    def __init__(self, make: Callable[[Report, str, Atlas], T], most: int) -> None:
        self._make, self._most = make, most
        self._kept: OrderedDict[tuple[str, str], T] = OrderedDict()

    def of(self, connection: Connection, refs: Collection[str]) -> dict[str, T]:
        """The derivation of each report's current version, as far as it has one."""
        digests: dict[str, str] = _DIGESTS.pairs(connection, refs=refs)
        if not digests:
            return {}
        known = atlas(connection)
        keys = {ref: (digest, known.version) for ref, digest in digests.items()}
        missing = [ref for ref, key in keys.items() if key not in self._kept]
        found = {ref: self._again(key) for ref, key in keys.items() if key in self._kept}
        for ref, report in current_reports(connection, missing).items() if missing else ():
            found[ref] = self.once(report, digests[ref], known)
        return found

    def once(self, report: Report, digest: str, known: Atlas) -> T:
        """The derivation of a report that is at hand, of which ``digest`` is the content's."""
        key = (digest, known.version)
        if key not in self._kept:
            if len(self._kept) >= self._most:  # let go of the oldest alone: to read all anew takes minutes
                self._kept.popitem(last=False)
            self._kept[key] = self._make(report, digest, known)
        return self._again(key)

    def _again(self, key: tuple[str, str]) -> T:
        self._kept.move_to_end(key)
        return self._kept[key]
