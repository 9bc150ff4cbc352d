"""The sets of people with a known truth, as Tocsin's reports; standard library only, for the peers read them too."""

import csv
import gzip
import hashlib
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO, Any

FIRST = datetime(2024, 1, 1, tzinfo=UTC)

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a set: its id, whom it is about by the truth, and the person as a report gives them."""

    id: str
    cluster: str
    person: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Dataset:
    """A set with a truth: how its rows are read, how one becomes a record, and where to look for its files."""

    name: str
    title: str
    find: Callable[[], list[Path]]
    record: Callable[[Row], Record]

    @property
    def missing(self) -> str:
        """A sentence where the set's files are not here, else nothing."""
        return "" if self.find() else f"{self.title}: left out, its file is not here"

    def rows(self) -> list[Row]:
        """The rows as the files give them, blanks around names and values taken off."""
        return [row for file in self.find() for row in _rows(file)]

    def records(self) -> list[Record]:
        """The records in the files' order."""
        return [self.record(row) for row in self.rows()]


def reported(cluster: str) -> bool:
    """Whether a cluster is of the half that figures are reported on; thresholds are chosen on the other half.

    The hash has a word before it: of the historical persons only those are here whose bare id's SHA-256 is even.
    """
    return hashlib.sha256(f"reported:{cluster}".encode()).digest()[-1] & 1 == 1


def some(records: Sequence[Record], most: int) -> list[Record]:
    """Whole clusters of a set, in its order, of ``most`` records or a few less."""
    clusters: dict[str, int] = {}
    for record in records:
        clusters[record.cluster] = clusters.get(record.cluster, 0) + 1
    names = sorted(clusters)
    random.Random(4).shuffle(names)
    kept, left = set(), most
    for name in names:
        if clusters[name] <= left:
            kept.add(name)
            left -= clusters[name]
    return [record for record in records if record.cluster in kept]


def write_reports(records: Sequence[Record], file: Path, order: Sequence[int] | None = None) -> None:
    """Write one report a record, each made a second after the one before it, as they come in ``order``."""
    with file.open("w", encoding="utf-8") as lines:
        for number in range(len(records)) if order is None else order:
            record = records[number]
            at = (FIRST + timedelta(seconds=number)).isoformat().replace("+00:00", "Z")
            report = {
                "id": record.id,
                "agency": "police",
                "reported_at": at,
                "occurred": {"from": at, "to": at},
                "category": "other-crime",
                "people": [{"role": "subject", **record.person}],
            }
            lines.write(json.dumps(report, ensure_ascii=False) + "\n")


def born(text: str) -> str | None:
    """As much of ``YYYY-MM-DD`` as can be: a malformed date would refuse the whole report.

    1845-21-01 gives 1845, 1845-02-31 gives 1845-02; a year that cannot be gives nothing.
    """
    year, month, day = (*text.split("-"), "", "")[:3]
    if not (len(year) == 4 and year.isdecimal() and 0 < int(year) < FIRST.year):
        return None
    if not (len(month) == 2 and month.isdecimal() and 1 <= int(month) <= 12):
        return year
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return f"{year}-{month}"


def _rows(file: Path) -> Iterator[Row]:
    with _open(file) as lines:
        header, *rest = csv.reader(lines)
        names = [name.strip() for name in header]
        for values in rest:
            yield dict(zip(names, (value.strip() for value in values), strict=True))


def _open(file: Path) -> IO[str]:
    return gzip.open(file, "rt", encoding="utf-8", newline="") if file.suffix == ".gz" else file.open(newline="")
