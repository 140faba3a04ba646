"""The desk's pages about units, for people with and without the right to change them."""

import pytest
from sqlalchemy import select

from survey.staff.tables import AuditEvent
from survey.units import areas, places
from survey.units.kinds import KINDS
from survey.units.tables import UnitImport
from survey.units.undoing import imports
from tests.units.conftest import TODAY
from tests.units.desk import sign_in, told

COUNTERS = "/desk/units/counters"


@pytest.fixture
def administrator(quang_tri, app):
    return sign_in(app, "administrator")


def area_id(database, code: str, day=TODAY) -> int:
    with database.read() as session:
        return areas.area_at(session, "commune", code, day).id


def counter(database, code: str):
    with database.read() as session:
        return places.counter_by_code(session, code)


def test_areas_are_searched_by_name_day_and_level(administrator):
    page = administrator.text("/desk/units?text=quang+tien&on=2025-06-30")
    assert "Xã Quảng Tiến" in page and "Xã Quảng Tiên" in page
    assert "Xã Quảng Ti" not in administrator.text("/desk/units?text=quang+tien&on=2025-07-01")
    assert "78 địa bàn" in administrator.text("/desk/units?level=commune&on=2026-01-01")
    assert "page=2" in administrator.text("/desk/units?level=commune&on=2026-01-01")
    assert "không phải là một ngày" in administrator.text("/desk/units?on=x")
    assert "Không có địa bàn nào" in administrator.text("/desk/units?text=zzz")


def test_an_area_shows_what_is_around_it_in_space_and_time(administrator, quang_tri):
    page = administrator.text(f"/desk/units/areas/{area_id(quang_tri, '18880')}")
    for words in ("Phường Đồng Hới", "Tỉnh Quảng Trị", "Phường Hải Thành", "Trung tâm", "41,35"):
        assert words in page
    old = area_id(quang_tri, "18853", day=TODAY.replace(year=2025, month=1))
    page = administrator.text(f"/desk/units/areas/{old}")
    assert "Thành phố Đồng Hới" in page and "Phường Đồng Hới" in page
    administrator.text("/desk/units/areas/99999", 404)


def test_a_faulty_file_is_told_row_by_row_and_changes_nothing(administrator, quang_tri):
    text = "code,name,area_code\na,A,99999\n7,,18880\n"
    page = told(administrator.upload("agency", text.encode()), 422)
    assert "không có địa bàn nào mang mã 99999" in page
    assert "2 lỗi" in page
    assert "Excel" in told(administrator.upload("agency", b"PK\x03\x04"), 422)
    page = told(administrator.post("/desk/units/import", {"kind": "agency"}), 422)
    assert "Vui lòng chọn một tệp" in page
    with quang_tri.read() as session:
        assert places.agency_by_code(session, "7") is None


def test_a_good_file_is_shown_first_and_stored_when_confirmed(administrator, quang_tri):
    text = "code;name;centre_code\nq1;Quầy Một;tt\nq3;Quầy 3;tt\n"
    preview = administrator.upload("counter", text.encode())
    page = told(preview)
    assert "Quầy 1 → Quầy Một" in page and "Quầy 3" in page
    assert counter(quang_tri, "q3") is None
    assert administrator.confirm(preview).status_code == 302
    assert counter(quang_tri, "q3").name == "Quầy 3"
    page = administrator.text("/desk/units/imports")
    assert "Đã nhập: thêm 1, sửa 1" in page and "Trần Thị Mai" in page
    administrator.confirm(preview)
    assert "không có gì thay đổi" in administrator.text("/desk/units/imports")


def test_an_import_is_undone_from_its_list(administrator, quang_tri):
    administrator.confirm(administrator.upload("field", b"code,name\nx,X\n"))
    with quang_tri.read() as session:
        number = imports(session)[0].id
    path = f"/desk/units/imports/{number}/undo"
    assert administrator.post(path, of="/desk/units/import").status_code == 302
    with quang_tri.read() as session:
        assert places.field_by_code(session, "x") is None
        assert session.get(UnitImport, number).undone_at is not None
        acts = set(session.scalars(select(AuditEvent.act)))
    assert {"unit.import", "unit.undo"} <= acts
    again = administrator.post(path, of="/desk/units/import")
    assert "đã được hoàn tác" in told(again, 409)


def test_what_was_not_sealed_here_is_not_imported(administrator, quang_tri):
    answer = administrator.post(
        "/desk/units/import/confirm", {"sealed": "x.y.z"}, of="/desk/units/import"
    )
    assert answer.status_code == 409


def test_reading_never_writes(administrator, quang_tri):
    administrator.text("/desk/units/import")
    assert administrator.client.get("/desk/units/import/confirm").status_code == 405
    assert administrator.client.get("/desk/units/imports/1/undo").status_code == 405
    assert administrator.client.get(f"{COUNTERS}/q1/code").status_code == 405
    assert administrator.client.post(f"{COUNTERS}/q1/code").status_code == 400  # no token


def test_example_files_open_in_a_spreadsheet(administrator):
    for kind in KINDS:
        answer = administrator.client.get(f"/desk/units/import/{kind}.csv")
        assert answer.data.startswith(b"\xef\xbb\xbf") and answer.mimetype == "text/csv"
    administrator.text("/desk/units/import/nothing.csv", 404)


def test_a_counter_gets_a_new_code_and_the_old_one_explains_itself(administrator, quang_tri):
    assert "chưa có mã" in administrator.text(f"{COUNTERS}/q1")
    assert administrator.client.get(f"{COUNTERS}/q1/code.svg").status_code == 404
    for _ in range(2):
        administrator.post(f"{COUNTERS}/q1/code", of=f"{COUNTERS}/q1")
    with quang_tri.read() as session:
        new, old = places.codes_of(session, counter(quang_tri, "q1").id)
    page = administrator.text(f"{COUNTERS}/q1")
    assert f"/c/{new.code}" in page and old.code in page
    picture = administrator.client.get(f"{COUNTERS}/q1/code.svg")
    assert picture.mimetype == "image/svg+xml" and b"<svg" in picture.data
    assert administrator.client.get(f"/c/{old.code}").status_code == 410
    assert f"/f?at={new.code}" in page
    assert b"<svg" in administrator.client.get(f"{COUNTERS}/q1/feedback.svg").data


def test_places_are_added_edited_closed_and_opened_again(administrator, quang_tri):
    new = {"code": "tt2", "name": "Trung tâm Đông Hà", "area": "Phường Đông Hà", "agency": ""}
    assert administrator.post("/desk/units/centres/new", new).status_code == 302
    assert "Trung tâm Đông Hà" in administrator.text("/desk/units/centres")
    taken = told(administrator.post("/desk/units/centres/new", new), 422)
    assert "đã được dùng" in taken
    wrong = {**new, "code": "có dấu", "area": "Quảng Tiến"}
    assert "không phải là mã" in told(administrator.post("/desk/units/centres/new", wrong), 422)
    nowhere = {**new, "code": "tt3", "area": "Nơi Không Có"}
    told(administrator.post("/desk/units/centres/new", nowhere), 422)
    moved = {"name": "Quầy Một", "centre": "tt2", "field": "dat-dai"}
    assert administrator.post(f"{COUNTERS}/q1/edit", moved).status_code == 302
    page = administrator.text(f"{COUNTERS}/q1")
    assert "Quầy Một" in page and "Phường Đông Hà" in page and "Đất đai" in page
    administrator.post(f"{COUNTERS}/q1/close", of=f"{COUNTERS}/q1")
    assert "Đóng từ ngày" in administrator.text(f"{COUNTERS}/q1")
    assert "Quầy Một" not in administrator.text(COUNTERS)
    assert "Quầy Một" in administrator.text(f"{COUNTERS}?closed=1")
    administrator.post(f"{COUNTERS}/q1/reopen", of=f"{COUNTERS}/q1")
    assert counter(quang_tri, "q1").closed_on is None


def test_fields_are_added_and_renamed(administrator, quang_tri):
    new = {"code": "thue", "name": "Thuế", "name_en": "Taxes"}
    assert administrator.post("/desk/units/fields/new", new).status_code == 302
    assert "đã được dùng" in told(administrator.post("/desk/units/fields/new", new), 422)
    administrator.post("/desk/units/fields/thue/edit", {"name": "Thuế và phí", "name_en": ""})
    assert "Thuế và phí" in administrator.text("/desk/units/fields")
    administrator.text("/desk/units/fields/none/edit", 404)


def test_who_may_only_look_finds_no_button_and_no_door(quang_tri, app):
    analyst = sign_in(app, "analyst", area_id(quang_tri, "18880"))
    for path in ("/desk/units", COUNTERS, "/desk/units/fields", f"{COUNTERS}/q1"):
        page = analyst.text(path)
        assert "/new" not in page and "/import" not in page and "/edit" not in page
    for path in ("/desk/units/import", "/desk/units/imports", f"{COUNTERS}/q1/edit"):
        analyst.text(path, 403)


def test_another_commune_s_counter_answers_like_none(quang_tri, app):
    analyst = sign_in(app, "analyst", area_id(quang_tri, "18859"))
    assert "Quầy 1" not in analyst.text(COUNTERS)
    analyst.text(f"{COUNTERS}/q1", 404)
    analyst.text(f"{COUNTERS}/none", 404)
    assert "Phường Đồng Hới" in analyst.text("/desk/units?text=18880")


def test_an_administrator_of_one_commune_adds_only_there(quang_tri, app):
    here = sign_in(app, "administrator", area_id(quang_tri, "18859"))
    agency = {"code": "ub2", "name": "Ủy ban", "area": "18859"}
    assert here.post("/desk/units/agencies/new", agency).status_code == 302
    elsewhere = {**agency, "code": "ub3", "area": "18880"}
    assert here.post("/desk/units/agencies/new", elsewhere).status_code == 404
    here.text(f"{COUNTERS}/q1/edit", 404)
    here.text("/desk/units/import", 403)
    assert here.client.get("/desk/units/fields/new").status_code == 403


def test_pages_speak_english_too(administrator):
    assert "Code on the poster" in administrator.text(f"{COUNTERS}/q1?lang=en")
    assert "Areas" in administrator.text("/desk/units?lang=en")


def test_without_units_the_pages_say_so(kept, app):
    desk = sign_in(app, "administrator")
    assert "Chưa có" in desk.text("/desk/units/centres")
    assert "Chưa nhập" in desk.text("/desk/units/imports")
