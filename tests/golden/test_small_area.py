"""Fay and Herriot's model for the milk expenditure of 43 areas, as R's sae has it."""

import numpy as np
import pytest

from analysis.fay_herriot import Areas, fay_herriot
from tests.golden.reference import cases


def milk(method: str) -> Areas:
    given = cases("small_area")["milk.input"]["expected"]
    major = np.array(given["major"])
    sides = np.stack([np.ones(43), *(major == k for k in (2, 3, 4))], axis=1).astype(float)
    return fay_herriot(np.array(given["direct"]), np.square(given["sd"]), sides, method)


@pytest.mark.parametrize("method", ["reml", "ml"])
def test_composites_and_their_errors_are_those_of_sae(method):
    """R: mseFH(yi ~ as.factor(MajorArea), SD^2, method = "REML" and "ML")."""
    expected, found = cases("small_area")[f"milk.{method}"]["expected"], milk(method)
    assert found.beta == pytest.approx(expected["beta"], abs=2e-5)
    assert found.value == pytest.approx(expected["value"], abs=5e-5)
    assert found.mse == pytest.approx(expected["mse"], rel=1e-3)


def test_the_variance_between_areas_is_that_of_sae():
    """R: mseFH(...)$est$fit$refvar."""
    expected = cases("small_area")["milk.reml"]["expected"]["variance"]
    assert milk("reml").variance == pytest.approx(expected, rel=1e-4)
