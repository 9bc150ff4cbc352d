"""The shares of wrong merges, on a few reports that can be counted by hand."""

from tests.bench.incidents.bench import wrong_merges


def test_wrong_merges_are_counted_four_ways() -> None:
    truth = {"a": "1", "b": "1", "c": "2", "d": "3", "e": "3", "f": "4"}
    said = {"a": "x", "b": "x", "c": "x", "d": "y", "e": "y", "f": "z"}
    assert wrong_merges(truth, said) == (1 / 2, 1 / 3, 3 / 6)
    assert wrong_merges(truth, truth) == (0.0, 0.0, 0.0)
