"""The figures of `make bench-people` against ones worked out by hand."""

import pytest

from tests.bench.metrics import figures, partition, scores, shares
from tests.bench.people.data import born, reported


def test_b_cubed_of_the_worked_example() -> None:
    # Truth abc | de; said ab | cde: a and b see 2 of 2 rightly and 2 of 3 found, c 1 of 3 and 1 of 3, d and e 2 of 3.
    truth = {"a": "1", "b": "1", "c": "1", "d": "2", "e": "2"}
    said = {"a": "x", "b": "x", "c": "y", "d": "y", "e": "y"}
    b3, pairs = scores(shares(truth, said, lambda _: True))
    assert b3.precision == pytest.approx((1 + 1 + 1 / 3 + 2 / 3 + 2 / 3) / 5)
    assert b3.recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5)
    assert (pairs.precision, pairs.recall) == (2 / 4, 2 / 4)  # said ab cd ce de, of which ab and de are right
    assert pairs.f1 == 0.5


def test_a_half_counts_what_its_records_were_wrongly_put_with() -> None:
    truth = {"a": "1", "b": "1", "c": "1", "d": "2", "e": "2"}
    said = {"a": "x", "b": "x", "c": "y", "d": "y", "e": "y"}
    b3, pairs = scores(shares(truth, said, lambda cluster: cluster == "2"))
    assert b3.precision == pytest.approx(2 / 3)
    assert b3.recall == 1
    assert (pairs.precision, pairs.recall) == (1 / 3, 1)  # cd, ce and de have an end in it


def test_a_wrong_pair_between_two_clusters_counts_once() -> None:
    _, pairs = scores(shares({"a": "1", "b": "2"}, {"a": "x", "b": "x"}, lambda _: True))
    assert (pairs.precision, pairs.f1) == (0.0, 0.0)
    parts = shares({"a": "1", "b": "2", "c": "2"}, {"a": "x", "b": "x", "c": "x"}, lambda _: True)
    assert sum(part.said for part in parts) == 3


def test_a_record_in_no_entity_stands_alone() -> None:
    truth = {"a": "1", "b": "1"}
    b3, pairs = scores(shares(truth, {}, lambda _: True))
    assert (b3.precision, b3.recall) == (1.0, 0.5)
    assert (pairs.precision, pairs.recall) == (1.0, 0.0)


def test_all_right_has_no_width() -> None:
    truth = {str(n): str(n // 2) for n in range(40)}
    found = figures(truth, {record: f"entity-{cluster}" for record, cluster in truth.items()}, times=20)
    assert found.b3.f1 == found.pairs.f1 == 1.0
    assert found.b3_interval == found.pairs_interval == (1.0, 1.0)


def test_the_interval_holds_the_figure() -> None:
    truth = {str(n): str(n // 2) for n in range(200)}
    said = {record: cluster if int(cluster) % 3 else f"alone-{record}" for record, cluster in truth.items()}
    found = figures(truth, said)
    low, high = found.pairs_interval
    assert low < found.pairs.f1 < high
    assert found.pairs.recall == pytest.approx(66 / 100)


def test_a_partition_is_what_it_holds_not_what_it_is_called() -> None:
    assert partition({"a": "x", "b": "x", "c": "y"}) == partition({"a": "1", "b": "1", "c": "2"})
    assert partition({"a": "x", "b": "x", "c": "y"}) != partition({"a": "x", "b": "y", "c": "y"})


def test_about_half_of_the_clusters_are_reported_on() -> None:
    assert 450 < sum(reported(f"Q{number}") for number in range(1000)) < 550


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("1845-03-16", "1845-03-16"),
        ("1845-21-01", "1845"),
        ("1845-02-31", "1845-02"),
        ("-0050-01-0", None),
        ("9190-01-02", None),
        ("", None),
        ("--", None),
        ("19x5-01-02", None),
    ],
)
def test_of_a_date_that_cannot_be_the_part_that_can_is_kept(text: str, kept: str | None) -> None:
    assert born(text) == kept
