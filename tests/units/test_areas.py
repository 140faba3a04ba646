"""Quảng Trị before and after 1 July 2025: who exists when, who lies where, who became whom."""

from collections import Counter
from datetime import date

from sqlalchemy import select

from survey.text import fold, normal
from survey.units import areas
from survey.units.tables import Area, AreaLink
from tests.units.conftest import AFTER, BEFORE, TODAY


def test_the_province_has_the_counts_of_the_resolution(province):
    with province.read() as session:
        before = Counter(a.level for a in areas.areas_on(session, BEFORE))
        after = Counter(a.level for a in areas.areas_on(session, AFTER))
        kinds = Counter(a.kind for a in areas.areas_on(session, AFTER, level="commune"))
    assert before == {"province": 2, "district": 18, "commune": 264}
    assert after == {"province": 1, "commune": 78}
    assert kinds == {"xã": 69, "phường": 8, "đặc khu": 1}


def test_every_old_unit_has_exactly_one_successor(province):
    with province.read() as session:
        old = areas.areas_on(session, BEFORE)
        links = Counter(session.scalars(select(AreaLink.predecessor_id)))
        new = {a.id for a in areas.areas_on(session, AFTER)}
        assert set(session.scalars(select(AreaLink.successor_id))) == new
    for area in old:
        ended = area.level == "district" and area.code != "471"
        assert links[area.id] == (0 if ended else 1), area.name
    assert sum(links.values()) == 265 + 2


def test_a_code_is_one_area_at_a_time(province):
    with province.read() as session:
        for day in (date(2019, 1, 1), BEFORE, AFTER, TODAY):
            seen = Counter((a.level, a.code) for a in areas.areas_on(session, day))
            assert set(seen.values()) == {1}
        assert areas.area_at(session, "province", "44", BEFORE).name == "Tỉnh Quảng Bình"
        assert areas.area_at(session, "province", "44", AFTER).name == "Tỉnh Quảng Trị"
        assert areas.area_at(session, "province", "45", AFTER) is None
        assert areas.area_at(session, "commune", "18859", BEFORE).name == "Phường Bắc Lý"
        assert areas.area_at(session, "commune", "18859", AFTER).name == "Phường Đồng Thuận"


def test_every_new_commune_has_a_point_and_an_area(province):
    with province.read() as session:
        new = areas.areas_on(session, AFTER, level="commune")
        whole = areas.area_at(session, "province", "44", AFTER)
    assert all(16 < a.latitude < 19 and 105 < a.longitude < 108 for a in new)
    assert all(a.square_km > 1 for a in new)
    assert abs(sum(a.square_km for a in new) - whole.square_km) < 0.01


def test_names_are_in_nfc_and_folded(province):
    with province.read() as session:
        for area in session.scalars(select(Area)):
            assert area.name == normal(area.name)
            assert area.folded == fold(area.name)
            assert area.name.casefold().startswith(area.kind)


def test_quang_tien_and_quang_tien_went_different_ways(province):
    """A published table mixes up Quảng Tiến and Quảng Tiên; codes do not."""
    with province.read() as session:
        acute = areas.area_at(session, "commune", "19039", BEFORE)
        plain = areas.area_at(session, "commune", "19069", BEFORE)
        assert (acute.short_name, plain.short_name) == ("Quảng Tiến", "Quảng Tiên")
        assert acute.folded == plain.folded
        names = [[a.name for a, _ in areas.successors(session, x.id)] for x in (acute, plain)]
        assert names == [["Xã Trung Thuần"], ["Xã Nam Ba Đồn"]]


def test_search_needs_no_accents_but_puts_the_very_accents_first(province):
    with province.read() as session:
        for text, first in (("Quảng Tiên", "19069"), ("quảng tiến", "19039")):
            assert [a.code for a in areas.search(session, text, BEFORE)][:1] == [first]
        assert {a.code for a in areas.search(session, "QUANG  tien", BEFORE)} == {"19039", "19069"}
        assert areas.search(session, "quang tien", AFTER) == []
        found = areas.search(session, "dong hoi", AFTER)
        assert [a.name for a in found] == ["Phường Đồng Hới"]
        assert [a.level for a in areas.search(session, "Quảng Trị", AFTER)] == [
            "province",
            "commune",
        ]
        assert [a.name for a in areas.search(session, "18880", AFTER)] == ["Phường Đồng Hới"]
        assert areas.search(session, "100%_", AFTER) == []
        assert len(areas.search(session, "", AFTER, level="commune")) == 78


def test_ways_up_and_down(province):
    with province.read() as session:
        old = areas.area_at(session, "province", "44", BEFORE)
        new = areas.area_at(session, "province", "44", AFTER)
        ward = areas.area_at(session, "commune", "18853", BEFORE)
        assert [a.code for a in areas.ancestors(session, ward.id)] == ["450", "44"]
        assert areas.province_of(session, ward.id).id == old.id
        assert len(areas.children(session, old.id)) == 8
        assert areas.children(session, old.id, AFTER) == []
        assert len(areas.descendants(session, old.id)) == 1 + 8 + 145
        assert len(areas.descendants(session, new.id)) == 1 + 78
        assert new.id in areas.descendants(session, new.id)


def test_con_co_was_a_district_and_is_a_special_zone(province):
    with province.read() as session:
        district = areas.area_at(session, "district", "471", BEFORE)
        assert areas.children(session, district.id) == []
        ((zone, portion),) = areas.successors(session, district.id)
        assert (zone.name, zone.level, portion) == ("Đặc khu Cồn Cỏ", "commune", 1.0)
        assert areas.became(session, district.id, BEFORE) == [(district, 1.0)]
        assert [a.id for a, _ in areas.became(session, district.id, TODAY)] == [zone.id]
        assert [a.id for a, _ in areas.predecessors(session, zone.id)] == [district.id]


def test_a_commune_split_twice_is_followed_in_portions(province):
    """Half of Tân Thành goes to A, which becomes C whole; a quarter of it to B, a quarter to C."""
    with province.write() as session:
        first = areas.area_at(session, "commune", "18919", AFTER)
        first.valid_to = date(2027, 1, 1)
        a, b, c = (
            Area(code=x, level="commune", kind="xã", name=f"Xã {x}", folded=x, valid_from=since,
                 valid_to=until)
            for x, since, until in (
                ("a", date(2027, 1, 1), date(2028, 1, 1)),
                ("b", date(2027, 1, 1), None),
                ("c", date(2028, 1, 1), None),
            )
        )  # fmt: skip
        session.add_all([a, b, c])
        session.flush()
        parts = ((first, a, 0.5), (first, b, 0.25), (first, c, 0.25), (a, c, 1.0))
        for old, new, portion in parts:
            session.add(AreaLink(predecessor_id=old.id, successor_id=new.id, portion=portion))
        session.flush()
        later = areas.became(session, first.id, date(2028, 6, 1))
        assert [(x.code, p) for x, p in later] == [("b", 0.25), ("c", 0.75)]


def test_the_short_name_leaves_the_kind_out_unless_the_name_is_a_number(province):
    with province.read() as session:
        names = {c: areas.area_at(session, "commune", c, BEFORE) for c in ("19333", "18901")}
    assert names["19333"].short_name == "Phường 1"
    assert names["18901"].short_name == "Quy Đạt"
