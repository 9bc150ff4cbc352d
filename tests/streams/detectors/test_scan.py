"""The scans against a known cluster, against scores worked out by hand, and against their own false alarms."""

import math
from dataclasses import replace

import numpy as np
import pytest

from streams.detectors.scan import Settings, Tail, Zones, distances, permutation_scan, poisson_scan
from tests.streams.detectors.new_mexico import most_likely


def test_new_mexico_1986_to_1989() -> None:
    first, counties, zones = most_likely()
    assert zones == 415
    assert counties == {"losalamos", "santafe"}
    assert first.score == pytest.approx(9.1806, abs=0.01)
    assert first.chance < 0.05


LINE = np.column_stack([np.arange(6) * 100.0, np.zeros(6)])


def test_circles_are_counted_once_each() -> None:
    zones = Zones.circles(distances(LINE), [0.0, 100.0, 1000.0])
    assert sorted(zones.locations(at).tolist() for at in range(zones.members.shape[0])) == sorted(
        [[at] for at in range(6)] + [[0, 1], [0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5], [4, 5], [0, 1, 2, 3, 4, 5]]
    )


def test_a_permutation_score_worked_out_by_hand() -> None:
    # 40 cases, of which 10 at the first place, 8 on the last day, and 6 of both: 10 * 8 / 40 = 2 expected
    location = np.array([0] * 10 + [1] * 30)
    ago = np.array([0] * 6 + [5] * 4 + [0] * 2 + [5] * 28)
    found = permutation_scan(location, ago, Zones.of([[0], [1]], 2), Settings(longest=1, replicas=0))
    assert (found[0].locations.tolist(), found[0].observed, found[0].expected) == ([0], 6, 2)
    assert found[0].score == pytest.approx(6 * math.log(6 / 2) + 34 * math.log(34 / 38))


def test_a_poisson_score_worked_out_by_hand_and_too_few_are_no_cluster() -> None:
    counts, usual = np.array([[0.0, 5.0], [0.0, 2.0]]), np.array([[1.0, 1.0], [0.1, 0.1]])
    found = poisson_scan(counts, usual, Zones.of([[0], [1]], 2), Settings(longest=2, replicas=0))
    assert [cluster.locations.tolist() for cluster in found] == [[0]]
    assert (found[0].days, found[0].expected) == (1, 1)
    assert found[0].score == pytest.approx(5 * math.log(5) + 1 - 5)


def background(seed: int, cases: int = 600, days: int = 90) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return random.integers(0, 36, cases), random.integers(0, days, cases)


GRID = np.stack(np.meshgrid(np.arange(6) * 300.0, np.arange(6) * 300.0), axis=-1).reshape(-1, 2)


def test_a_cluster_is_found_where_and_as_long_as_it_is() -> None:
    location, ago = background(1)
    location, ago = np.append(location, [14] * 12), np.append(ago, [0, 1, 2] * 4)
    first = permutation_scan(location, ago, Zones.circles(distances(GRID), [0.0, 300.0]))[0]
    assert 14 in first.locations
    assert first.days == 3
    assert first.recurrence > 365


def test_without_a_cluster_chance_is_even() -> None:
    zones = Zones.circles(distances(GRID), [0.0, 300.0])
    chances = [
        permutation_scan(*background(seed), zones, Settings(replicas=59, seed=seed))[0].chance for seed in range(60)
    ]
    assert 0.35 < np.mean(chances) < 0.65
    assert min(chances) > 1e-4


def test_the_same_seed_gives_the_same_and_clusters_share_no_location() -> None:
    zones = Zones.circles(distances(GRID), [0.0, 300.0])
    once, again = (permutation_scan(*background(4), zones) for _ in range(2))
    assert [(one.zone, one.chance) for one in once] == [(one.zone, one.chance) for one in again]
    places = [place for cluster in once for place in cluster.locations]
    assert len(places) == len(set(places))


def test_a_gumbel_tail_is_the_distributions_own() -> None:
    drawn = np.random.default_rng(1).gumbel(3.0, 2.0, 20_000)
    tail = Tail.of(drawn)
    assert (tail.place, tail.scale) == (pytest.approx(3, abs=0.1), pytest.approx(2, abs=0.1))
    assert Tail(place=3.0, scale=2.0).above(9.0) == pytest.approx(1 - math.exp(-math.exp(-3)))


def test_nothing_at_all_is_no_cluster() -> None:
    nobody = np.array([], dtype=np.int64)
    assert permutation_scan(nobody, nobody, Zones.circles(distances(GRID), [300.0]), Settings(replicas=3)) == []


EVENED = Settings(lengths=(1, 3, 7), evened=True)


def test_only_the_lengths_that_are_named_are_looked_at() -> None:
    location, ago = background(1)
    location, ago = np.append(location, [14] * 12), np.append(ago, [0, 1, 2, 3, 4] * 2 + [0, 1])
    zones = Zones.circles(distances(GRID), [0.0, 300.0])
    assert permutation_scan(location, ago, zones)[0].days == 5
    assert permutation_scan(location, ago, zones, EVENED)[0].days in EVENED.lengths


def test_a_large_cluster_is_held_against_large_ones() -> None:
    location, ago = background(3)
    # five a week are usual at these four places together; here are sixteen more
    location, ago = np.append(location, [14, 15, 20, 21] * 4), np.append(ago, [n % 7 for n in range(16)])
    zones = Zones.circles(distances(GRID), [0.0, 300.0, 450.0])
    alike, even = (permutation_scan(location, ago, zones, settings)[0] for settings in (Settings(), EVENED))
    assert even.chance < alike.chance
    assert {14, 15, 20, 21} <= set(even.locations.tolist())


def test_an_evened_scan_alarms_as_often_as_it_says_where_cases_are_few() -> None:
    zones = Zones.circles(distances(GRID), [300.0])
    chances = [
        permutation_scan(*background(seed, cases=60), zones, replace(EVENED, replicas=59, seed=seed, least=4))
        for seed in range(80)
    ]
    alarms = sum(bool(found) and found[0].chance <= 0.1 for found in chances)
    assert 2 <= alarms <= 16
