"""Which areas a grant reaches, before and after a merger."""

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from survey.staff.scope import areas_of, covered
from survey.staff.tables import Grant
from survey.units.tables import Area, AreaLink
from tests.staff.conftest import small_province


def test_a_province_covers_its_communes_and_what_went_into_them_whole(both):
    with both.write() as session:
        place = small_province(session)
        assert covered(session, place.new) == {place.new, place.hung, place.son, place.old_hung}
        assert covered(session, place.hung) == {place.hung, place.old_hung}
        assert covered(session, place.son) == {place.son}


def test_an_old_unit_that_was_split_belongs_to_who_holds_all_its_parts(kept):
    with kept.write() as session:
        place = small_province(session)
        grants = [Grant(role="head", area_id=place.new), Grant(role="head", area_id=place.other)]
        assert place.old_split not in areas_of(session, grants)
        session.add(AreaLink(predecessor_id=place.old_province, successor_id=place.new))
    with kept.read() as session:  # one session goes by the areas as they were when it asked first
        whole = covered(session, place.new)
        assert {place.old_province, place.old_hung, place.old_split} <= whole


def test_a_grant_without_an_area_is_for_everything_and_none_is_for_nothing(kept):
    with kept.read() as session:
        assert areas_of(session, [Grant(role="head", area_id=None)]) is None
        assert areas_of(session, []) == set()


def reaches(root, area, parents, successors, seen=()):
    """The rule as it is said: the area itself, its parent, or all that it became."""
    if area == root:
        return True
    if area in seen:
        return False
    seen = (*seen, area)
    if area in parents and reaches(root, parents[area], parents, successors, seen):
        return True
    became = successors.get(area, [])
    return bool(became) and all(reaches(root, new, parents, successors, seen) for new in became)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_in_any_tree_with_any_mergers_a_grant_reaches_what_the_rule_says(kept, data):
    count = data.draw(st.integers(2, 9))
    parents = {
        child: data.draw(st.integers(1, child - 1))
        for child in range(2, count + 1)
        if data.draw(st.booleans())
    }
    links = data.draw(st.sets(st.tuples(st.integers(1, count), st.integers(1, count)), max_size=8))
    links = {(old, new) for old, new in links if old > new}
    root = data.draw(st.integers(1, count))
    with kept.write_session() as session:
        session.execute(delete(AreaLink))
        for id_ in range(1, count + 1):
            session.merge(
                Area(
                    id=id_,
                    code=str(id_),
                    level="commune",
                    kind="xã",
                    name=str(id_),
                    folded=str(id_),
                    parent_id=parents.get(id_),
                    valid_from=date(2000, 1, 1),
                    source="",
                )
            )
            session.flush()
        session.add_all(AreaLink(predecessor_id=old, successor_id=new) for old, new in links)
        session.flush()
        successors = {}
        for old, new in links:
            successors.setdefault(old, []).append(new)
        expected = {a for a in range(1, count + 1) if reaches(root, a, parents, successors)}
        assert covered(session, root) == expected
