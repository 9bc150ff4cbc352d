"""The shares of wrong merges, on a few reports that can be counted by hand."""

from tests.bench.incidents.bench import said, wrong_merges
from tests.bench.metrics import Score


def test_wrong_merges_are_counted_four_ways() -> None:
    truth = {"a": "1", "b": "1", "c": "2", "d": "3", "e": "3", "f": "4"}
    said = {"a": "x", "b": "x", "c": "x", "d": "y", "e": "y", "f": "z"}
    assert wrong_merges(truth, said) == (1 / 2, 1 / 3, 3 / 6)
    assert wrong_merges(truth, truth) == (0.0, 0.0, 0.0)


def test_the_tiers_are_told_as_the_anchors_write_them() -> None:
    tiers = [Score(precision=0.998, recall=0.9), Score(precision=1.0, recall=0.5)]
    assert said(tiers) == ".946 / .667; wrong .20 / .00 %"
