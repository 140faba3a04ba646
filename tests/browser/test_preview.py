"""Staff try forms out: the citizen's pages in a frame of the size of a device."""

from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page

from survey.fieldwork.drafts import write_draft
from tests.browser.conftest import DESKTOP, PHONE, Site
from tests.browser.looking import Complaints, violations
from tests.browser.people import sign_in

pytestmark = pytest.mark.browser
FORM = "one-stop-ward@1"
FEATURES = Path(__file__).parents[1] / "questionnaires" / "feature_forms"
SIZES = {"kiosk": (1080, 1920), "phone": (390, 844), "desktop": (1440, 900), "plain": (390, 844)}


def open_preview(page: Page, site: Site, name: str, query: str = "") -> Frame:
    """The page inside the frame of a preview, once it is there."""
    page.goto(f"{site.url}/desk/questionnaires/{name}/preview{query}")
    frame = page.frames[1]
    frame.wait_for_load_state("load")
    return frame


def press(frame: Frame, button: str) -> None:
    """Click what leads to another page inside the frame."""
    with frame.expect_navigation():
        frame.locator(button).first.click()


@pytest.mark.parametrize("device", SIZES)
def test_a_form_is_shown_in_the_size_of_each_device_without_barriers(look, province, check, device):
    page = look(DESKTOP)
    complaints = Complaints(page)
    sign_in(page, province, "analyst")
    frame = open_preview(page, province, FORM, f"?device={device}&seed=1&step=1")
    check(page)
    box = page.locator("iframe").bounding_box()
    assert box is not None
    width, height = SIZES[device]
    assert box["width"] / box["height"] == pytest.approx(width / height, rel=0.01)
    assert box["width"] <= 1240
    if device != "plain":
        assert violations(frame) == []
        assert frame.evaluate("[innerWidth, innerHeight]") == [width, height]
    assert frame.locator("input:checked").count() >= 2
    assert complaints.found == []


def test_a_telephone_shows_every_frame_whole(look, province, check):
    page = look(PHONE)
    sign_in(page, province, "analyst")
    for device in SIZES:
        open_preview(page, province, FORM, f"?device={device}")
        check(page)
        box = page.locator(".app-device").bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]


@pytest.mark.parametrize("form", [FORM, "sipas-2640@1"])
def test_how_a_form_will_be_analysed_is_read_on_a_desk_and_on_a_telephone(
    look, province, check, form
):
    page = look(DESKTOP)
    complaints = Complaints(page)
    sign_in(page, province, "analyst")
    page.goto(f"{province.url}/desk/questionnaires/{form}/analysis")
    page.locator("details summary").last.click()
    check(page)
    page.set_viewport_size(PHONE)
    check(page)
    with page.expect_download() as download:
        page.click("a[href*='plan.toml']")
    assert download.value.suggested_filename.endswith(".toml")
    assert complaints.found == []


def test_the_whole_way_is_walked_inside_the_frame(look, province):
    page = look(DESKTOP)
    complaints = Complaints(page)
    sign_in(page, province, "analyst")
    frame = open_preview(page, province, FORM, "?device=phone&language=en")
    press(frame, "button[name=form-go][value=next]")
    press(frame, "button[name=form-go][value=next]")
    assert frame.locator(".govuk-error-summary").is_visible()
    assert violations(frame) == []
    press(frame, "button[name=form-turn][value=vi]")
    assert frame.locator("html").get_attribute("lang") == "vi"
    assert page.locator("html").get_attribute("lang") == "vi"
    frame = open_preview(page, province, FORM, "?device=phone&language=en&seed=1")
    for _ in range(9):
        if frame.locator(".app-panel").count():
            break
        press(frame, "button[name=form-go][value=next]")
    assert frame.locator(".app-panel__title").inner_text() == "Thank you for answering"
    assert violations(frame) == []
    press(frame, "main a.govuk-button")
    assert frame.url.startswith(f"{province.url}/desk/questionnaires/{FORM}/preview/page")
    assert "Preview" in frame.locator(".app-simulated").last.inner_text()
    assert page.url.endswith("seed=1")
    assert complaints.found == []


@pytest.fixture
def conditional(province) -> str:
    """A draft whose questions appear as it is answered."""
    name = "show-question@1"
    text = (FEATURES / "show_question.toml").read_text(encoding="utf-8")
    if not (province.data / "questionnaires" / f"{name}.toml").exists():
        write_draft(province.data, name, text, expected=None)
    return name


def test_a_question_appears_at_once_with_javascript_and_after_a_press_without(
    look, province, conditional
):
    page = look(DESKTOP)
    sign_in(page, province, "analyst")
    for device in ("phone", "plain"):
        frame = open_preview(page, province, conditional, f"?device={device}&step=1")
        helped = frame.locator("[name=helped]").first
        assert not helped.is_visible()
        frame.locator("[name=online][value='1']").check()
        assert helped.is_visible() == (device == "phone")
        if device == "plain":
            press(frame, "button[name=form-go][value=next]")
            assert frame.locator("[name=helped]").first.is_visible()


def test_another_site_can_not_frame_the_page(look, province):
    page = look(DESKTOP)
    sign_in(page, province, "analyst")
    inner = f"{province.url}/desk/questionnaires/{FORM}/preview/page"
    assert page.goto(inner).status == 200
    assert page.locator("h1").is_visible()
    strange = f'<!doctype html><title>x</title><iframe src="{inner}"></iframe>'
    page.route(
        "http://other.test/", lambda route: route.fulfill(body=strange, content_type="text/html")
    )
    page.goto("http://other.test/")
    page.wait_for_load_state("networkidle")
    assert "govuk" not in page.frames[1].content()
