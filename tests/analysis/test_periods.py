"""Two figures of times that overlap tell of the time between them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.disclosure import Period, check_periods, period_dimension
from analysis.errors import DisclosureError

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
ENDS = [date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31)]
QUARTERS = [Period(date(2026, 3 * i + 1, 1), ENDS[i]) for i in range(4)]


def test_a_year_and_its_quarters_stand_beside_each_other():
    check_periods([YEAR, *QUARTERS, YEAR])
    found = period_dimension([YEAR, *QUARTERS]).parent
    assert found[str(YEAR)] is None
    assert {found[str(q)] for q in QUARTERS} == {"2026-01-01 to 2026-12-31"}


def test_apart_periods_need_not_touch():
    check_periods([QUARTERS[0], QUARTERS[2]])
    check_periods([])


def test_a_week_longer_tells_of_that_week():
    longer = Period(date(2026, 1, 1), date(2026, 4, 7))
    with pytest.raises(DisclosureError, match="2026-04-01 to 2026-04-07 is not"):
        check_periods([QUARTERS[0], longer])


def test_periods_that_cross_are_refused_with_the_days_that_they_would_tell():
    late = Period(date(2026, 1, 8), date(2026, 4, 7))
    with pytest.raises(DisclosureError, match="tell of 2026-01-01 to 2026-01-07"):
        check_periods([QUARTERS[0], late])


def test_a_year_without_one_of_its_quarters_is_refused():
    with pytest.raises(DisclosureError, match="2026-07-01 to 2026-09-30 is not"):
        check_periods([YEAR, *QUARTERS[:2], QUARTERS[3]])
    with pytest.raises(DisclosureError, match="ends before it begins"):
        Period(date(2026, 2, 1), date(2026, 1, 1))


DAYS = st.integers(1, 12).map(lambda d: date(2026, 5, d))
PERIODS = st.lists(
    st.tuples(DAYS, DAYS).map(lambda pair: Period(min(pair), max(pair))), max_size=5, unique=True
)


@given(PERIODS)
def test_accepted_periods_tell_nothing_but_themselves(periods):
    """Whatever is a difference of accepted periods is a sum of accepted ones."""
    try:
        check_periods(periods)
    except DisclosureError:
        return
    for one in periods:
        for other in periods:
            if one != other and one.holds(other):
                days = set(span(one)) - set(span(other))
                parts = [p for p in periods if set(span(p)) <= days]
                assert set().union(*(span(p) for p in parts)) == days


def span(one: Period) -> list[int]:
    return list(range(one.first.toordinal(), one.last.toordinal() + 1))
