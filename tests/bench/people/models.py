"""Splink's models of the sets: its authors' own where they publish one, else of what they advise. Its Python alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import splink.comparison_library as cl
from splink import block_on

from tests.bench.people.data import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A Splink model: how it is set up, and on what it is trained."""

    blocking: Sequence[Any]
    comparisons: Sequence[Any]
    certain: Sequence[Any]  # rules that only matches fulfil, for the prior
    certain_recall: float
    training: Sequence[Any]
    unique_id: str
    u_pairs: float = 1e6
    link: bool = False
    columns: Callable[[Row], Row] = field(default=lambda row: row)


def _historical() -> Model:
    # The model of Splink's example "Linking a dataset of real historical persons".
    start = "substr(postcode_fake,1,3)"
    return Model(
        blocking=[
            block_on("substr(first_name,1,3)", "substr(surname,1,4)"),
            block_on("surname", "dob"),
            block_on("first_name", "dob"),
            block_on("postcode_fake", "first_name"),
            block_on("postcode_fake", "surname"),
            block_on("dob", "birth_place"),
            block_on(start, "dob"),
            block_on(start, "first_name"),
            block_on(start, "surname"),
            block_on("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
        ],
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "surname", forename_surname_concat_col_name="both_names"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
            cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
        ],
        certain=[
            block_on("first_name", "surname", "dob"),
            block_on("substr(first_name,1,2)", "surname", "substr(postcode_fake,1,2)"),
            block_on("dob", "postcode_fake"),
        ],
        certain_recall=0.6,
        training=[block_on("first_name", "surname"), block_on("dob")],
        unique_id="unique_id",
        u_pairs=1e7,
        columns=lambda row: _both(row, "first_name", "surname"),
    )


def _febrl3(with_id: bool) -> Model:
    # The model of Splink's example "Deduplicating the febrl3 dataset"; without the id, the same less all it says of it.
    swapped = "l.given_name = r.surname and l.surname = r.given_name and l.date_of_birth = r.date_of_birth"
    ids = [block_on("soc_sec_id")] if with_id else []
    return Model(
        blocking=[
            *ids,
            block_on("given_name"),
            block_on("surname"),
            block_on("date_of_birth"),
            block_on("postcode"),
        ],
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            *([cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2])] if with_id else []),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
        ],
        certain=[*ids, block_on("given_name", "surname", "date_of_birth"), swapped],
        certain_recall=0.9 if with_id else 0.5,
        training=[block_on("date_of_birth"), block_on("postcode")],
        unique_id="rec_id",
    )


def _febrl4() -> Model:
    # The detailed model of Splink's example "Linking the febrl4 datasets"; it is told that neither holds duplicates.
    return Model(
        blocking=[
            block_on("given_name", "surname"),
            "l.given_name = r.surname and l.surname = r.given_name",
            block_on("date_of_birth"),
            block_on("soc_sec_id"),
            block_on("state", "address_1"),
            block_on("street_number", "address_1"),
            block_on("postcode"),
        ],
        comparisons=[
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison(
                "date_of_birth", input_is_string=True, datetime_format="%Y%m%d", invalid_dates_as_null=True
            ),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
        ],
        certain=[block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")],
        certain_recall=0.8,
        training=[block_on("date_of_birth"), block_on("postcode")],
        unique_id="rec_id",
        link=True,
    )


def _rldata() -> Model:
    # No example of Splink's authors; the comparisons they advise for names and dates of birth.
    return Model(
        blocking=[
            block_on("fname_c1", "lname_c1"),
            block_on("born"),
            block_on("fname_c1", "by"),
            block_on("lname_c1", "by"),
            block_on("fname_c1", "bm", "bd"),
            block_on("lname_c1", "bm", "bd"),
        ],
        comparisons=[
            cl.ForenameSurnameComparison("fname_c1", "lname_c1", forename_surname_concat_col_name="both_names"),
            cl.DateOfBirthComparison("born", input_is_string=True),
        ],
        certain=[block_on("fname_c1", "lname_c1", "born")],
        certain_recall=0.5,
        training=[block_on("born"), block_on("fname_c1", "lname_c1")],
        unique_id="record_id",
        u_pairs=1e7,
        columns=lambda row: (
            _both(row, "fname_c1", "lname_c1") | {"born": f"{row['by']:0>4}-{row['bm']:0>2}-{row['bd']:0>2}"}
        ),
    )


def _fake() -> Model:
    # The model of Splink's tutorial.
    return Model(
        blocking=[block_on("first_name", "city"), block_on("surname"), block_on("dob"), block_on("email")],
        comparisons=[
            cl.NameComparison("first_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ],
        certain=[
            block_on("first_name", "dob"),
            "l.email = r.email and l.surname = r.surname",
            block_on("email"),
        ],
        certain_recall=0.7,
        training=[block_on("first_name", "surname"), block_on("dob")],
        unique_id="unique_id",
    )


MODELS: dict[str, Callable[[], Model]] = {
    "historical": _historical,
    "rldata10000": _rldata,
    "febrl3": lambda: _febrl3(True),
    "febrl3-no-id": lambda: _febrl3(False),
    "febrl4": _febrl4,
    "fake1000": _fake,
}


def _both(row: Row, given: str, family: str) -> Row:
    return row | {"both_names": f"{row[given]} {row[family]}" if row[given] and row[family] else ""}
