"""A file is checked whole before anything is written, and an import can be taken back."""

from datetime import date, timedelta
from unicodedata import normalize

import pytest
from sqlalchemy import select

from survey.database import Base
from survey.errors import Conflict, NotFound
from survey.units import areas, places
from survey.units.files import MAX_BYTES, MAX_ROWS, FileFault, read, template
from survey.units.imports import bring, check, plan
from survey.units.kinds import KINDS
from survey.units.shipped import FOLDER, bring_shipped
from survey.units.tables import Area, Centre, UnitImport
from survey.units.undoing import imports, undo
from tests.units.conftest import AFTER, NOW, TODAY, a_centre, import_text

AREA_HEAD = "code,level,kind,name,valid_from\n"


def faults_of(data: str | bytes, kind: str) -> list[tuple[int, str]]:
    raw = data if isinstance(data, bytes) else data.encode()
    with pytest.raises(FileFault) as raised:
        read(raw, kind)
    return [(fault.row, fault.column) for fault in raised.value.list]


def checked(database, kind: str, text: str) -> list[tuple[int, str, str]]:
    with database.read() as session:
        found = check(session, kind, read(text.encode(), kind), day=TODAY)
    return [(fault.row, fault.column, str(fault.words)) for fault in found]


def everything(database) -> dict[str, list]:
    """Every row of the tables of units."""
    tables = [kind.model.__table__ for kind in KINDS.values()]
    with database.read() as session:
        return {
            t.name: sorted((tuple(r) for r in session.execute(select(t))), key=str) for t in tables
        }


def test_files_may_have_a_mark_of_encoding_semicolons_and_decomposed_letters():
    plain = read("code,name\nho-tich,Hộ tịch\n".encode(), "field")
    excel = read("\ufeffcode;name\r\nho-tich;Hộ tịch\r\n".encode(), "field")
    apple = read(normalize("NFD", "code,name\nho-tich,Hộ tịch\n").encode(), "field")
    assert plain == excel == apple
    assert plain[0].number == 2


def test_rows_keep_the_numbers_a_spreadsheet_shows():
    rows = read(b"code,name\na,A\n,\n\nb,B\n", "field")
    assert [row.number for row in rows] == [2, 5]


@pytest.mark.parametrize(
    ("data", "kind", "found"),
    [
        ("", "field", [(0, "")]),
        (" \n", "field", [(0, "")]),
        ("code,name\n", "field", [(0, "")]),
        ("code,nom\na,A\n", "field", [(1, "nom"), (1, "name")]),
        ("code,code,name\na,a,A\n", "field", [(1, "code")]),
        ("code,name,\na,A,\n", "field", [(1, "?")]),
        ("code,name\na,A,x\nb\n", "field", [(2, ""), (3, "")]),
        ("code,name\na,A\x00\n", "field", [(2, "name")]),
        ('code,name\na,"A\nb"\n', "field", [(2, "name")]),
        ('code,name\na,A\nb,"B\n', "field", [(3, "")]),
        ("code,name\na,A\nb,Hộ\n".encode("cp1252", "replace"), "field", [(3, "name")]),
        ("code,name\na,A\nb,Hò\n".encode("cp1252"), "field", [(3, "")]),
        ("code,name\na,A\n".encode("utf-16"), "field", [(1, "")]),
        (b"PK\x03\x04rest", "field", [(0, "")]),
        (b"code,name\n" + b"a,A\n" * (MAX_ROWS + 1), "field", [(0, "")]),
        (b"x" * (MAX_BYTES + 1), "field", [(0, "")]),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_told_where(data, kind, found):
    assert faults_of(data, kind) == found


def test_every_template_is_a_file_of_its_kind(province):
    with province.write() as session:
        a_centre(session)
        for kind in KINDS:
            rows = read(template(kind).encode(), kind)
            words = [str(f) for f in check(session, kind, rows, day=TODAY)]
            assert all("no centre" in w or "no agency" in w for w in words), words


def test_a_code_that_nobody_has_is_told_with_row_and_column(province):
    text = "code,name,area_code\n" + "".join(f"a{n},A,18880\n" for n in range(5)) + "b,B,99999\n"
    assert checked(province, "agency", text) == [(7, "area_code", "no area has the code 99999")]


def test_all_faults_come_at_once_and_nothing_is_written(province):
    before = everything(province)
    text = (
        "code,level,kind,name,parent_code,valid_from,valid_to,latitude\n"
        "90001,commune,xã,Xã A,44,2026-01-01,,16.9\n"
        "90002,ward,xã,Xã B,44,2026-01-01,,16.9\n"
        "90001,commune,xã,Xã C,44,2026-01-01,,16.9\n"
        "90003,commune,xã,,44,31/02/2026,,99\n"
        "90004,commune,xã,Xã D,99,2026-01-01,2025-01-01,x\n"
        "9 005,commune,xã,Xã E,44,2026-01-01,,\n"
        "9006,commune,xã,Xã F,44,2026-01-01,,\n"
        "18880,commune,xã,Xã G,44,2026-01-01,,\n"
        "90007,province,tỉnh,Tỉnh H,44,2026-01-01,,\n"
    )
    found = [(row, column) for row, column, _ in checked(province, "area", text)]
    assert found == [
        (3, "level"),
        (4, "code"),
        (5, "name"),
        (5, "valid_from"),
        (5, "latitude"),
        (6, "latitude"),
        (6, "valid_to"),
        (6, "parent_code"),
        (7, "code"),
        (8, "code"),
        (9, "valid_from"),
        (10, "parent_code"),
    ]
    with pytest.raises(FileFault), province.write() as session:
        import_text(session, "area", text)
    assert everything(province) == before


@pytest.mark.parametrize(
    ("kind", "text", "row", "column", "word"),
    [
        ("area", AREA_HEAD + "4,province,tỉnh,Tỉnh X,2026-01-01\n", 2, "code", "04"),
        ("area", AREA_HEAD + "1.9E+04,commune,xã,Xã X,2026-01-01\n", 2, "code", "Excel"),
        ("area", AREA_HEAD + "18859.0,commune,xã,Xã X,2026-01-01\n", 2, "code", "not a code"),
        ("area", AREA_HEAD + "90001,commune,xã,Xã X,01-02-2026\n", 2, "valid_from", "not a day"),
        ("centre", "code,name,area_code\nt,T,ha noi\n", 2, "area_code", "not a code"),
        ("centre", "code,name,area_code,agency_code\nt,T,18880,no\n", 2, "agency_code", "no"),
        ("centre", "code,name,area_code\nt,T,18853\n", 2, "area_code", "does not exist on"),
        ("counter", "code,name,centre_code\nq,Q,none\n", 2, "centre_code", "none"),
        ("counter", "code,name,centre_code\nq,,tt\n", 2, "name", "empty"),
        ("field", "code,name\nf," + "x" * 201 + "\n", 2, "name", "200"),
    ],
)  # fmt: skip
def test_a_fault_says_what_to_do(quang_tri, kind, text, row, column, word):
    ((at, where, words),) = checked(quang_tri, kind, text)
    assert (at, where) == (row, column)
    assert word in words


def test_zeros_that_excel_dropped_are_seen_by_the_codes_that_are_known(quang_tri):
    with quang_tri.write() as session:
        import_text(session, "area", AREA_HEAD + "01234,commune,xã,Xã Không,2026-01-01\n")
        import_text(session, "agency", "code,name,area_code\n007,Bảy,18880\n")
    ((row, column, words),) = checked(quang_tri, "agency", "code,name,area_code\nz,Z,1234\n")
    assert (row, column) == (2, "area_code") and "01234" in words
    ((row, column, words),) = checked(quang_tri, "agency", "code,name,area_code\n7,Z,18880\n")
    assert (row, column) == (2, "code") and "007" in words


def test_links_name_areas_of_their_day(province):
    head = "predecessor_level,predecessor_code,successor_level,successor_code,day,portion\n"
    same = head + "commune,18880,commune,18880,2025-08-01,1\n"
    assert [f[:2] for f in checked(province, "area_link", same)] == [(2, "day")]
    gone = head + "commune,18853,commune,18880,2025-08-01,1\n"
    assert [f[:2] for f in checked(province, "area_link", gone)] == [(2, "predecessor_code")]
    first = head + "commune,18853,commune,18880,0001-01-01,1\n"
    assert [f[:2] for f in checked(province, "area_link", first)] == [(2, "day")]
    much = head + "commune,18853,commune,18880,2025-07-01,1.5\n"
    assert [f[:2] for f in checked(province, "area_link", much)] == [(2, "portion")]


def test_areas_may_lie_in_areas_of_the_same_file_in_any_order(province):
    text = (
        "code,level,kind,name,parent_level,parent_code,valid_from\n"
        "90001-1,village,thôn,Thôn Một,commune,90001,2026-01-01\n"
        "90001,commune,xã,Xã Mới,province,44,2026-01-01\n"
    )
    with province.write() as session:
        assert import_text(session, "area", text).added == 2
        village = areas.area_at(session, "village", "90001-1", TODAY)
        line = [a.name for a in areas.ancestors(session, village.id)]
    assert line == ["Xã Mới", "Tỉnh Quảng Trị"]


def test_a_known_code_is_changed_and_other_columns_stay(quang_tri):
    with quang_tri.write() as session:
        made = import_text(session, "centre", "code,name,area_code\ntt,Tên mới,18859\n")
        assert (made.added, made.changed) == (0, 1)
        centre = places.centre_by_code(session, "tt")
        assert centre.name == "Tên mới"
        assert centre.agency_id == places.agency_by_code(session, "ub").id
        assert areas.area_of(session, centre.area_id).code == "18859"
        again = import_text(session, "centre", "code,name,area_code\ntt,Tên mới,18859\n")
        assert again is None


def test_a_plan_tells_what_would_change(quang_tri):
    text = (
        "code,name,centre_code,closed_on\nq1,Quầy Một,tt,\nq2,Quầy 2,tt,\nq3,Quầy 3,tt,01/7/2026\n"
    )
    with quang_tri.read() as session:
        ready = plan(session, "counter", read(text.encode(), "counter"), day=TODAY)
    assert [c.label for c in ready.added] == ["q3"]
    assert ready.added[0].values["closed_on"] == date(2026, 7, 1)
    assert [(c.label, c.altered) for c in ready.changed] == [
        ("q1", {"name": ("Quầy 1", "Quầy Một")})
    ]
    assert ready.same == 1


def test_the_shipped_files_change_nothing_the_second_time(province):
    with province.write() as session:
        assert bring_shipped(session, by="command", now=NOW) == []


def test_shipped_codes_have_no_fault_and_portions_sum_to_one():
    rows = read((FOLDER / "area_links.csv").read_bytes(), "area_link")
    assert {row.cells["portion"] for row in rows} == {"1"}


def test_undo_gives_back_what_was_on_both_databases(province):
    with province.write() as session:
        a_centre(session)
    before = everything(province)
    with province.write() as session:
        text = (
            "code,level,kind,name,valid_from,valid_to,latitude,source\n"
            "18880,commune,phường,Phường Đồng Hới Mới,2025-07-01,2027-01-01,,sửa\n"
            "90001,commune,xã,Xã Mới,2026-01-01,,,\n"
        )
        number = import_text(session, "area", text).id
        counters = "code,name,centre_code,closed_on\nq1,Khác,tt,2026-05-01\nq9,Quầy 9,tt,\n"
        second = import_text(session, "counter", counters).id
    assert everything(province) != before
    with province.write() as session:
        undo(session, second, now=NOW)
        undo(session, number, now=NOW)
    assert everything(province) == before
    with province.read() as session:
        assert [made.undone_at for made in imports(session)][:2] == [NOW, NOW]


def test_everything_shipped_can_be_undone_in_reverse(both):
    before = everything(both)
    with both.write() as session:
        numbers = [made.id for made in bring_shipped(session, by="command", now=NOW)]
        for number in reversed(numbers):
            undo(session, number, now=NOW)
    assert everything(both) == before


def test_an_import_is_not_undone_while_something_rests_on_it(province):
    with province.write() as session:
        a_centre(session)
        counter = places.counter_by_code(session, "q1")
        places.new_code(session, counter.id, now=NOW)
        by_kind = {made.kind: made.id for made in imports(session)}
        for kind, word in (("counter", "1 codes on posters"), ("centre", "2 counters")):
            with pytest.raises(Conflict, match=word):
                undo(session, by_kind[kind], now=NOW)
        with pytest.raises(Conflict, match="links between areas"):
            undo(session, 1, now=NOW)
        assert places.counter_by_code(session, "q1").name == "Quầy 1"
        assert session.get(UnitImport, by_kind["counter"]).undone_at is None


def test_an_import_is_not_undone_under_a_later_one(quang_tri):
    with quang_tri.write() as session:
        first = import_text(session, "field", "code,name\nx,Một\n")
        second = import_text(session, "field", "code,name\nx,Hai\n")
        with pytest.raises(Conflict, match=f"Import {second.id} has changed"):
            undo(session, first.id, now=NOW)
        undo(session, second.id, now=NOW)
        undo(session, first.id, now=NOW)
        assert places.field_by_code(session, "x") is None
        with pytest.raises(Conflict, match="undone already"):
            undo(session, first.id, now=NOW)
        with pytest.raises(NotFound):
            undo(session, 10_000, now=NOW)


def test_an_import_is_not_undone_after_an_edit_by_hand(quang_tri):
    with quang_tri.write() as session:
        made = import_text(session, "field", "code,name\nx,Một\n")
        places.field_by_code(session, "x").name = "Bằng tay"
        session.flush()
        with pytest.raises(Conflict, match="changed after the import: x"):
            undo(session, made.id, now=NOW)


def test_many_rows_are_written_and_taken_back(both):
    """The nation's size of file: three thousand communes."""
    lines = [f"{n:05d},commune,xã,Xã {n},2025-07-01" for n in range(1, 3001)]
    rows = read((AREA_HEAD + "\n".join(lines)).encode(), "area")
    with both.write() as session:
        made = bring(session, "area", rows, file_name="x.csv", by="command", now=NOW)
        assert made.added == 3000
        undo(session, made.id, now=NOW + timedelta(days=1))
        assert session.scalar(select(Area).limit(1)) is None


def test_imports_keep_who_when_and_from_what(quang_tri):
    with quang_tri.read() as session:
        kinds = [(made.kind, made.by, made.at) for made in imports(session)]
    assert kinds[-1] == ("area", "command", NOW)
    assert AFTER < TODAY and Base.metadata.tables and Centre.__tablename__ == "centre"
