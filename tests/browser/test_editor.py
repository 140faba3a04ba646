"""Somebody writes a questionnaire at the desk, on a desk and on a phone, and publishes it."""

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.looking import Complaints, overflow
from tests.browser.people import press, sign_in

pytestmark = pytest.mark.browser
HOME = "/desk/questionnaires"


@pytest.mark.parametrize(("size", "name"), [(DESKTOP, "quay-ban"), (PHONE, "quay-tay")])
def test_a_questionnaire_is_written_and_published_without_knowing_toml(
    look, province, check, size, name
):
    page = look(size, script=size is DESKTOP)
    complaints = Complaints(page)

    def see() -> None:
        """The page as it is; barriers can only be looked for where scripts run."""
        check(page, barriers=size is DESKTOP)

    sign_in(page, province, "fieldwork")
    page.goto(province.url + HOME)
    press(page, f"a[href='{HOME}/new']")
    see()
    page.fill("[name=empty-form]", name)
    page.fill("[name=empty-title]", "Phiếu khảo sát tại quầy tiếp nhận")
    page.fill("[name=empty-title_en]", "Survey at the counter")
    press(page, "button[value=empty]")
    see()

    page.select_option("#kind-1", "multiple")
    press(page, "button[value='add:question:1']")
    page.fill("[name=text_vi]", "Ông/Bà đến quầy để làm gì?")
    page.fill("[name=text_en]", "What brought you to the counter?")
    press(page, "button[value='options:add']")
    for place, (vi, en) in enumerate(
        [("Nộp hồ sơ", "To hand in a file"), ("Nhận kết quả", "To get a result"), ("Khác", "Other")]
    ):
        page.fill(f"[name=options-{place}-text_vi]", vi)
        page.fill(f"[name=options-{place}-text_en]", en)
    see()
    page.locator("details:has([name=options-2-flags])").locator("summary").click()
    page.check("[name=options-2-flags][value=other]")
    page.fill("[name=show_when]", "q1 <= 2")
    page.press("[name=show_when]", "Enter")
    page.wait_for_url("**/edit")
    assert "Ông/Bà đến quầy để làm gì?" in page.inner_text("main")
    see()

    press(page, "button[value='up:question:4']")
    press(page, "form[action$='/undo'] button[value=back]")
    assert page.locator(".app-note--success").is_visible()
    for path in ("settings", "source", "questions/1", "screens/1", "scales/satisfaction"):
        page.goto(f"{province.url}{HOME}/{name}@1/edit/{path}")
        see()
        assert overflow(page) <= 0, path

    page.goto(f"{province.url}{HOME}/{name}@1/edit/source")
    text = page.input_value("[name=text]")
    page.fill("[name=text]", text + "\nsai")
    press(page, ".app-source button[value=save]")
    assert "not-toml" in page.inner_text("main")
    see()
    page.fill("[name=text]", text)
    press(page, ".app-source button[value=save]")

    page.goto(f"{province.url}{HOME}/{name}@1/publish")
    see()
    press(page, "main form button.govuk-button:not(.govuk-button--secondary)")
    assert page.url.endswith(f"{HOME}/{name}@1"), page.inner_text("main")
    see()
    page.goto(province.url + "/desk/rounds/new")
    assert page.locator(f"option[value='{name}@1']").count() == 1
    assert complaints.found == []
