"""Knox against the published counts and against pairs counted by hand."""

from datetime import date

import numpy as np
import pytest

from streams.detectors.near_repeat import Bands, Decay, knox, learn_decay
from tests.streams.detectors.golden import shared


def burglaries() -> tuple[np.ndarray, np.ndarray]:
    lines = [line.split(",") for line in shared("near_repeat/chicago_burglary_2016_01.csv").read_text().splitlines()]
    points = np.array([[float(east), float(north)] for east, north, _ in lines])
    return points, np.array([float(date.fromisoformat(day).toordinal()) for _, _, day in lines])


def test_chicago_burglaries_january_2016() -> None:
    found = knox(*burglaries(), Bands(), replicas=99, seed=1)
    assert found.observed.tolist() == [[28, 5, 5], [141, 69, 27], [186, 140, 100], [237, 192, 128]]
    assert found.ratio[0, 0] > 1.5
    assert found.chance[0, 0] == 0.01


def test_pairs_counted_by_hand() -> None:
    points = np.array([[0.0, 0.0], [0.0, 0.0], [60.0, 60.0], [0.0, 200.0]])
    days = np.array([0.0, 6.0, 7.0, 30.0])
    bands = Bands(metres=(0.1, 100.0, 200.0), days=(7.0, 14.0))
    # 0-1: 0 m, 6 days; 0-2: 120 m, 7 days; 1-2: 120 m, 1 day; the last is 140 m or 200 m off, and too late
    assert knox(points, days, bands, replicas=0, seed=0).observed.tolist() == [[1, 0], [0, 0], [1, 1]]
    straight = Bands(metres=(0.1, 100.0, 200.0), days=(7.0, 14.0), metric="euclidean")
    assert knox(points, days, straight, replicas=0, seed=0).observed.tolist() == [[1, 0], [1, 1], [0, 0]]


def chained(seed: int, repeats: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    points, days = random.uniform(0, 5000, (300, 2)), random.uniform(0, 120, 300)
    near = points[:repeats] + random.normal(0, 40, (repeats, 2))
    return np.vstack([points, near]), np.append(days, days[:repeats] + random.exponential(4, repeats))


def test_repeats_are_found_learnt_and_scored() -> None:
    decay = learn_decay(knox(*chained(1, 90), Bands(), replicas=99, seed=2))
    assert decay is not None
    close = decay.near(np.array([0.0, 0.0]), 10.0, np.array([[50.0, 0.0]]), np.array([9.0]))
    assert close > decay.near(np.array([0.0, 0.0]), 20.0, np.array([[50.0, 0.0]]), np.array([9.0])) > 0
    assert close > decay.near(np.array([0.0, 0.0]), 10.0, np.array([[500.0, 0.0]]), np.array([9.0]))
    assert decay.near(np.array([0.0, 0.0]), 9.0, np.array([[50.0, 0.0]]), np.array([9.0])) == 0


def test_where_nothing_repeats_nothing_is_learnt() -> None:
    found = knox(*chained(1, 0), Bands(), replicas=99, seed=2)
    assert learn_decay(found) is None
    assert found.ratio[-1].mean() == pytest.approx(1, abs=0.2)


def test_a_score_halves_with_each_half_and_adds_up() -> None:
    decay = Decay(lift=4.0, half_days=7.0, half_metres=100.0, metric="manhattan")
    assert decay.score(np.array([0.0]), np.array([7.0])) == 2
    assert decay.score(np.array([100.0, 0.0]), np.array([7.0, 0.0])) == 5
