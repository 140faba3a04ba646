"""Words to begin with: filled in for a case, offered where they fit, made a unit's own."""

from datetime import datetime

import pytest

from survey.calendar import ZONE, clock
from survey.errors import NotFound
from survey.feedback.letters import store
from survey.feedback.letters.filling import (
    VARIABLES,
    Written,
    example,
    filled,
    left_open,
    stray,
    unknown,
)
from survey.feedback.letters.tables import Template
from survey.feedback.machine import BY_ACT
from survey.units.tables import Agency, Centre, Counter, Field
from tests.feedback.conftest import MONDAY

TUESDAY = datetime(2026, 7, 7, 8, 0, tzinfo=ZONE)


def titles(session, case, act):
    return [choice.written.title for choice in store.offered(session, case, act)]


def own(session, inbox, title, *, unit=None, by="staff:1", **changed):
    values = {"act": "refuse", "body": "Lý do: [lý do]", "language": "vi", **changed}
    shipped = values.pop("shipped", None)
    words = Written(title=title, **values)
    return store.add(session, words, unit_id=unit, shipped=shipped, by=by, now=MONDAY)


@pytest.mark.parametrize("key", store.SHIPPED)
def test_shipped_templates_are_in_both_languages_with_known_variables_alone(key):
    words = store.SHIPPED[key]
    assert set(words) == {"vi", "en"}
    for language, one in words.items():
        assert one.act in store.ACTS and one.act in BY_ACT
        assert unknown(one.body) == [] and not stray(one.body)
        shown = example(one.body, language)
        assert "{" not in shown and "\\" not in shown and "PA-000123" in shown
        assert len(left_open(one.body)) == len(left_open(shown))


def test_shipped_templates_leave_the_same_open_in_both_languages():
    for words in store.SHIPPED.values():
        vi, en = words["vi"].body, words["en"].body
        assert len(left_open(vi)) == len(left_open(en))


def test_each_letter_that_is_needed_comes_with_the_program():
    acts = [words["vi"].act for words in store.SHIPPED.values()]
    assert set(acts) == set(store.ACTS)
    assert acts.count("guide") == 2


def test_variables_are_filled_from_the_case(inbox):
    with inbox.database.write() as session:
        hung = inbox.province.hung
        agency = Agency(code="ubnd", name="UBND xã Hưng Thịnh", area_id=hung)
        session.add_all([Field(code="dat-dai", name="Đất đai", name_en="Land"), agency])
        centre = Centre(code="c", name="Trung tâm Hưng Thịnh", area_id=hung)
        session.add(centre)
        session.flush()
        counter = Counter(code="q", name="Quầy 2", centre_id=centre.id)
        session.add(counter)
        session.flush()
        case = inbox.send(
            session, field="dat-dai", centre_id=centre.id, counter_id=counter.id, now=MONDAY
        )
        case.due_at = datetime(2026, 7, 20, 17, 0, tzinfo=ZONE)
        body = "{" + "} | {".join(names["vi"] for names in VARIABLES.values()) + "}"
        told = filled(session, Written("", "draft", body, "vi"), case, now=TUESDAY)
        assert told.split(" | ") == [
            case.number, "UBND xã Hưng Thịnh", "20/7/2026", "Đất đai",
            "Quầy 2, Trung tâm Hưng Thịnh", "06/7/2026", "07/7/2026",
        ]  # fmt: skip
        english = filled(
            session, Written("", "draft", "{field} {due} { Number }", "en"), case, now=TUESDAY
        )
        assert english == f"Land 20 July 2026 {case.number}"


def test_what_a_case_does_not_have_is_left_open_for_the_writer(inbox):
    with inbox.database.write() as session:
        case = inbox.send(session)
        case.due_at = None
        words = Written("", "draft", "{lĩnh vực}, {ngày hẹn}, {địa điểm}", "vi")
        told = filled(session, words, case, now=TUESDAY)
        assert told == "[lĩnh vực], [ngày hẹn], Xã Hưng Thịnh"
        assert left_open(told) == ["[lĩnh vực]", "[ngày hẹn]"]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ("{số} {Đơn  Vị} {unit}", []),
        ("{đo\u031bn vị}", []),
        ("{so\u0302\u0301}", []),
        ("{tên cán bộ} {số} {tên cán bộ} {}", ["tên cán bộ", ""]),
        ("{{số}}", []),
    ],
)
def test_an_unknown_variable_is_named(body, wrong):
    assert unknown(body) == wrong


def test_a_brace_without_a_partner_is_seen():
    assert [stray(body) for body in ("{số", "số}", "{{số}}", "{số}", "số")] == [
        True, True, True, False, False,
    ]  # fmt: skip


def test_templates_of_a_unit_are_offered_to_it_and_to_all_below(inbox_on_both):
    inbox = inbox_on_both
    with inbox.database.write() as session:
        case = inbox.send(session)
        shipped = [words["vi"].title for words in store.SHIPPED.values()]
        own(session, inbox, "Của xã", unit=inbox.province.hung)
        own(session, inbox, "Của tỉnh", unit=inbox.province.new)
        own(session, inbox, "Của cả hệ thống")
        own(session, inbox, "Của xã khác", unit=inbox.province.son)
        own(session, inbox, "Tiếng Anh", language="en")
        own(session, inbox, "Việc khác", act="ask")
        assert titles(session, case, "refuse") == [
            "Của cả hệ thống", "Của tỉnh", "Của xã", "Không tiếp nhận, nêu lý do",
        ]  # fmt: skip
        assert titles(session, case, "ask") == ["Việc khác", "Đề nghị bổ sung thông tin"]
        assert "Của xã khác" not in titles(session, case, "refuse") + shipped


def test_the_template_for_the_kind_of_case_comes_first(inbox):
    with inbox.database.write() as session:
        idea = inbox.send(session, kind="suggestion")
        trouble = inbox.send(session, kind="report")
        assert titles(session, idea, "draft")[0] == "Cảm ơn góp ý"
        assert titles(session, trouble, "draft")[0] == "Trả lời về hồ sơ trễ hẹn"


def test_a_template_in_the_place_of_a_shipped_one_hides_it_also_when_archived(inbox):
    with inbox.database.write() as session:
        case = inbox.send(session)
        there = inbox.send(session, area_id=inbox.province.son)
        row = own(session, inbox, "Lời của xã", unit=inbox.province.hung, shipped="refuse")
        assert titles(session, case, "refuse") == ["Lời của xã"]
        store.archive(session, row, by="staff:1", now=TUESDAY)
        assert titles(session, case, "refuse") == []
        assert titles(session, there, "refuse") == ["Không tiếp nhận, nêu lý do"]
        store.bring_back(session, row, by="staff:1", now=TUESDAY)
        assert titles(session, case, "refuse") == ["Lời của xã"]


def test_only_an_offered_template_is_chosen(inbox):
    with inbox.database.write() as session:
        case = inbox.send(session)
        row = own(session, inbox, "Của xã khác", unit=inbox.province.son)
        assert store.chosen(session, case, "refuse", "refuse").title.startswith("Không tiếp nhận")
        for key in (str(row.id), "no-such", "acknowledge"):
            with pytest.raises(NotFound):
                store.chosen(session, case, "refuse", key)


def test_a_head_writes_a_template_for_the_unit(inbox, desk):
    head = desk("ha")
    page = head.client.get("/desk/feedback/templates").get_data(as_text=True)
    assert "Hướng dẫn khiếu nại" in page
    fields = {
        "title": "Lời xin lỗi", "act": "draft", "kind": "report", "language": "vi",
        "unit": str(inbox.province.hung),
    }  # fmt: skip
    path = "/desk/feedback/templates/new"
    wrong = head.post(path, **fields, body="Thưa {tên}, phiếu {số}")
    assert wrong.status_code == 422
    told = wrong.get_data(as_text=True)
    assert "{tên} không có trong danh sách" in told and "{ngày hẹn}" in told
    assert "Thưa {tên}, phiếu {số}" in told
    assert head.post(path, **fields, body="Xin lỗi về {số}").status_code == 303
    with inbox.database.read() as session:
        row = session.query(Template).one()
        assert (row.title, row.unit_id, row.shipped) == ("Lời xin lỗi", inbox.province.hung, None)
    answer = head.post(f"/desk/feedback/templates/{row.id}", **fields, body="Thành thật xin lỗi")
    assert answer.status_code == 303
    listed = head.client.get("/desk/feedback/templates").get_data(as_text=True)
    assert "Lời xin lỗi" in listed
    page = f"/desk/feedback/templates/{row.id}"
    assert head.post(f"{page}/archive", page).status_code == 303
    with inbox.database.read() as session:
        row = session.query(Template).one()
        assert row.body == "Thành thật xin lỗi" and row.archived_at <= clock()


def test_a_head_writes_for_no_other_unit_and_not_for_all(inbox, desk):
    head = desk("ha")
    for unit in ("", str(inbox.province.son), str(inbox.province.new), "x"):
        answer = head.post(
            "/desk/feedback/templates/new",
            title="T", act="draft", language="vi", unit=unit, body="Lời",
        )  # fmt: skip
        assert answer.status_code in (404, 422)
    with inbox.database.read() as session:
        assert session.query(Template).count() == 0


def test_a_shipped_template_is_hidden_for_ones_own_unit_alone(inbox, desk):
    head = desk("ha")
    answer = head.post("/desk/feedback/templates/hide/refuse", "/desk/feedback/templates")
    assert answer.status_code == 303
    with inbox.database.write() as session:
        assert titles(session, inbox.send(session), "refuse") == []
        there = inbox.send(session, area_id=inbox.province.son)
        assert titles(session, there, "refuse") == ["Không tiếp nhận, nêu lý do"]


def test_an_officer_changes_no_template(desk):
    assert desk("lan").client.get("/desk/feedback/templates").status_code == 403
