"""EARS against R's figures, and a case worked out by hand."""

from typing import Literal

import numpy as np
import pytest

from streams.detectors.ears import Settings, ears
from streams.detectors.values import Series
from tests.streams.detectors.golden import numbers, rows, weeks


@pytest.mark.parametrize("variant", ["C1", "C2", "C3"])
def test_salmonella_newport_as_r_has_it(variant: Literal["C1", "C2", "C3"]) -> None:
    listed = rows("series/salmNewport_germany_golden.csv")
    upper = numbers(listed, f"ears{variant}_ub")
    judged = ~np.isnan(upper)
    found = ears(
        Series(days=weeks(len(listed)), counts=numbers(listed, "observed")[:, None]), Settings(variant=variant)
    )
    assert judged.sum() == 229
    assert found.upper[judged, 0] == pytest.approx(upper[judged])
    assert (found.alarm[judged, 0] == numbers(listed, f"ears{variant}_alarm")[judged]).all()


def test_the_bound_is_so_many_standard_deviations_above_the_mean_of_seven() -> None:
    counts = np.array([[1.0], [2], [3], [4], [5], [6], [7], [11]])
    found = ears(Series(days=weeks(8), counts=counts))
    assert np.isnan(found.expected[6, 0])
    assert found.expected[7, 0] == 4
    assert found.upper[7, 0] == pytest.approx(4 + 3.0902 * np.sqrt(28 / 6), abs=1e-3)  # 10.67
    assert found.alarm[7, 0]
