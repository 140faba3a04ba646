"""Sizes and allocations as a plan asks for them, over its frame."""

import numpy as np
import pyarrow as pa
import pytest

from analysis.errors import AllocationError, DataError, PlanError, SampleError
from analysis.sampling.asked import allocation, size_table


def plan(**sample):
    return {"sample": {"key": ["household"], "strata": ["district"]} | sample}


def allocated(households, **rule):
    return allocation(plan(allocation=rule), households)


def test_sizes_of_the_whole_and_of_each_district(households):
    table = size_table(
        plan(
            sizes=[
                {"name": "all", "method": "yamane", "error": 0.05},
                {"method": "exact", "error": 0.1, "by": ["district"], "interval": "wilson"},
                {"method": "cochran", "error": 0.1, "population": "adults"},
                {"method": "change", "share": 0.8, "later": 0.9, "population": 5000},
            ]
        ),
        households,
    ).to_pylist()
    assert [row["name"] for row in table] == ["all", *["exact 1"] * 4, "cochran 2", "change 3"]
    assert table[0]["population"] == len(households)
    assert table[0]["answers"] == int(np.ceil(len(households) / (1 + len(households) * 0.0025)))
    assert [row["district"] for row in table[:5]] == [None, 1, 2, 3, 4]
    assert table[5]["population"] == sum(households.column("adults").to_pylist())
    with pytest.raises(SampleError, match=r"\[\[sample.sizes\]\] all: `error` is 5"):
        size_table(plan(sizes=[{"name": "all", "method": "yamane", "error": 5}]), households)


def test_each_service_gets_the_ministrys_size(households):
    size = {"name": "each", "method": "yamane", "error": 0.1, "by": ["district"]}
    found = allocation(
        plan(sizes=[size], allocation={"method": "sizes", "total": "each"}), households
    )
    many = np.bincount(households.column("district").to_numpy())[1:]
    assert found.sizes.tolist() == [int(np.ceil(n / (1 + n / 100))) for n in many]
    assert found.sizes.max() <= 100
    total = allocation(
        plan(sizes=[size], allocation={"method": "equal", "total": "each"}), households
    )
    assert total.sizes.sum() == found.sizes.sum()


def test_communes_are_allocated_by_people_and_never_more_than_there_are(households):
    found = allocation(
        plan(
            selection=[{"unit": "commune"}, {"take": 5}],
            allocation={"method": "proportional", "total": 22, "size": "adults"},
        ),
        households,
    )
    assert found.units.tolist() == [6, 6, 6, 6]
    assert found.sizes.sum() == 22 and found.sizes.max() <= 6


def test_several_items_and_domains_at_once(households):
    targets = [
        {"of": "days", "cv": 0.03},
        {"of": "satisfied", "error": 0.1, "by": ["district"]},
        {"name": "guess", "share": 0.8, "error": 0.04},
    ]
    found = allocated(households, method="bethel", minimum=5, targets=targets)
    assert found.solution is not None and (found.solution.used <= 1 + 1e-9).all()
    assert found.solution.used.max() > 0.97, "one target at least is only just met"
    assert len(found.aims) == 6 and "satisfied (district = 2)" in found.aims
    assert any("variance" in line for line in found.lines())


def test_what_is_wrong_is_said(households):
    rows = households.to_pylist()
    sd = pa.Table.from_pylist([r | {"sd": 1 + (i == 5)} for i, r in enumerate(rows)])
    with pytest.raises(
        DataError, match='"sd" must be one number in a stratum, but in district = 1'
    ):
        allocated(sd, method="neyman", total=20, sd="sd")
    with pytest.raises(AllocationError, match=r"days: the stratum district = 1 lies in more than"):
        targets = [{"of": "days", "cv": 0.1, "by": ["commune"]}]
        allocated(households, method="bethel", targets=targets)
    with pytest.raises(AllocationError, match=r"target days cannot be met"):
        targets = [{"of": "days", "cv": 0.001}]
        allocated(households, method="bethel", maximum=20, targets=targets)
    with pytest.raises(PlanError, match='`total` is "none", but no size has that name'):
        allocated(households, method="equal", total="none")
    with pytest.raises(DataError, match='"days" must be shares from 0 to 1, but is'):
        allocated(households, method="bethel", targets=[{"share": "days", "cv": 0.1}])
