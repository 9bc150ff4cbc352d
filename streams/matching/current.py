"""What is derived of the reports that hold now, remembered by the digest of what they say."""

from collections.abc import Callable, Collection, Mapping
from typing import Generic, TypeVar

from sqlalchemy import Connection, select

from schemas import tables
from schemas.report import Report
from streams.clusters.sets import among
from streams.intake.kept import current_reports

T = TypeVar("T")


class Derived(Generic[T]):
    """The derivations of the latest versions asked for, at most ``most`` of them."""

    def __init__(self, make: Callable[[Report], T], most: int) -> None:
        self._make, self._most = make, most
        self._kept: dict[str, T] = {}

    def of(
        self, connection: Connection, refs: Collection[str], reports: Mapping[str, Report] | None = None
    ) -> dict[str, T]:
        """The derivation of each report's current version, as far as it has one; ``reports`` are at hand already."""
        rows = connection.execute(
            select(tables.Report.ref, tables.ReportVersion.digest)
            .join(tables.ReportVersion, tables.ReportVersion.uid == tables.Report.uid)
            .where(among(connection, tables.Report.ref, refs), tables.Report.status == "accepted")
        )
        digests = dict(rows.all())
        missing = [ref for ref, digest in digests.items() if digest not in self._kept]
        found = {ref: self._kept[digest] for ref, digest in digests.items() if digest in self._kept}
        at_hand = {ref: reports[ref] for ref in missing if ref in reports} if reports else {}
        rest = [ref for ref in missing if ref not in at_hand]
        fresh = at_hand | (dict(current_reports(connection, rest)) if rest else {})
        if len(self._kept) + len(fresh) > self._most:
            self._kept.clear()
        for ref, report in fresh.items():
            found[ref] = self._kept[digests[ref]] = self._make(report)
        return found
