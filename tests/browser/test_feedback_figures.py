"""What everybody reads of feedback, what a sender sees of their data, and the office's pages."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from survey.calendar import clock
from survey.feedback.cases import Act, Incoming, do, receive
from survey.feedback.code import read
from survey.feedback.codes import opened
from survey.feedback.public.published import publish
from survey.feedback.reports.periods import holding
from survey.feedback.tables import Case
from survey.units.tables import Area
from tests.browser.conftest import DESKTOP, PHONE, bytes_as_sent
from tests.browser.looking import Complaints
from tests.browser.people import press, sign_in
from tests.browser.test_feedback import WORDS, act, fill, reveal, send
from tests.browser.test_weight import LIMIT

pytestmark = pytest.mark.browser
CHANGED = "Trung tâm mở thêm một quầy vào sáng thứ hai."
REPLY = (
    Act("accept", "staff:1", "officer"),
    Act("draft", "staff:1", "officer", words="Kết quả đã có, mời Ông/Bà đến nhận.", role="reply"),
    Act("release", "staff:2", "second"),
)


@pytest.fixture(scope="module")
def answered(province):
    """Cases of half a year in two communes, one of them published; the key of the month before."""
    now = clock()
    database = province.database()
    with database.write() as session:
        areas = session.scalars(
            select(Area.id).where(Area.level == "commune", Area.valid_to.is_(None)).limit(2)
        ).all()
        for number in range(60):
            then = now - timedelta(days=40 + 3 * number)
            sent = Incoming(
                form_id=uuid4(), kind="report", words=WORDS, area_id=areas[number % 3 % 2],
                channel="web", language="vi", topic="late",
            )  # fmt: skip
            case = receive(session, sent, now=then)
            for one in REPLY:
                do(session, case, one, now=then)
            rated = {"answered": "yes", "satisfied": 1 + number % 5}
            do(session, case, Act("rate", "sender", "sender", rated), now=then)
        publish(
            session, case, "Trung tâm mở thêm một quầy vào sáng thứ hai.", by="staff:2", now=now
        )
    database.close()
    return holding((now - timedelta(days=40)).date(), "month").key


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_everybody_reads_questions_answers_and_figures(size, look, province, check, answered):
    page = look(size)
    complaints = Complaints(page)
    page.goto(f"{province.url}/f")
    press(page, "footer a[href='/f/answers']")
    reveal(page)
    check(page)
    text = page.inner_text("main")
    assert WORDS in text and CHANGED in text and "hài lòng" in text
    page.select_option("[name=topic]", "fees")
    press(page, "main form button")
    check(page)
    assert complaints.found == []


def test_the_public_page_is_light_and_needs_no_script(look, province, answered):
    page = look(PHONE)
    sent = bytes_as_sent(page, lambda: page.goto(f"{province.url}/f/answers"))
    assert sent <= LIMIT, f"{sent:,} bytes"
    bare = look(PHONE, script=False)
    bare.goto(f"{province.url}/f/answers")
    assert WORDS in bare.inner_text("main")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_sender_sees_their_data_asks_and_the_office_answers(size, look, province, check):
    page = look(size)
    fill(page, province)
    reveal(page)
    page.fill("[name=phone]", "0912 345 678")
    page.check("[name=consent]")
    code = send(page)
    page.goto(f"{province.url}/f/status")
    page.fill("[name=code]", code)
    act(page, "show")
    reveal(page)
    act(page, "my-data")
    reveal(page)
    check(page)
    assert "0912345678" not in page.content()
    page.fill("[name=proof]", "0912345678")
    press(
        page, "section ~ form button[value=my-data], form:has([name=proof]) button[value=my-data]"
    )
    assert "0912345678" in page.inner_text("main")
    with page.expect_download() as file:
        page.click("button[value=my-data-file]")
    assert WORDS in file.value.path().read_text(encoding="utf-8")
    reveal(page)
    page.check("[name=kind][value=correct]")
    page.fill("[name=words]", "Ngày nộp đúng là 03/3.")
    act(page, "my-request")
    reveal(page)
    check(page)
    database = province.database()
    with database.read() as session:
        assert opened(session, read(code)) is not None
    database.close()
    desk = look(size)
    sign_in(desk, province, "supervisor")
    desk.goto(f"{province.url}/desk/privacy")
    check(desk)
    press(desk, "tbody a >> nth=-1")
    reveal(desk)
    check(desk)
    desk.fill("[name=reply-words]", "Chúng tôi đã nhận yêu cầu.")
    press(desk, "form:has([name=reply-words]) button")
    check(desk)
    desk.goto(f"{province.url}/desk/privacy/new")
    check(desk)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_figures_of_the_inbox(size, look, province, check, answered):
    page = look(size)
    complaints = Complaints(page)
    sign_in(page, province, "analyst")
    page.goto(f"{province.url}/desk/feedback/report?period={answered}")
    reveal(page)
    check(page)
    assert page.locator("img.app-chart").evaluate("one => one.naturalWidth") > 0
    page.select_option("[name=by]", "topic")
    press(page, "main form button")
    check(page)
    assert "Trễ hẹn trả kết quả" in page.inner_text("main")
    assert complaints.found == []


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_another_system_is_told(size, look, province, check):
    page = look(size)
    sign_in(page, province, "administrator")
    page.goto(f"{province.url}/desk/feedback/hooks/new")
    check(page)
    page.fill("[name=name]", "Cổng tỉnh")
    page.fill("[name=url]", "https://10.0.0.1/hook")
    press(page, "main form button")
    check(page)
    assert "mạng nội bộ" in page.inner_text("main")


def unpublished(site):
    """The first answered case that nobody published."""
    database = site.database()
    with database.read() as session:
        query = select(Case.id).where(Case.state == "released", Case.published_at.is_(None))
        found = session.scalars(query.order_by(Case.id)).first()
    database.close()
    return found


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_supervisor_publishes_after_reading(size, look, province, check, answered):
    page = look(size)
    sign_in(page, province, "supervisor")
    page.goto(f"{province.url}/desk/feedback/{unpublished(province)}/publish")
    check(page)
    page.check("[name=checked]")
    press(page, "form:has([name=checked]) button")
    check(page)
    assert page.locator(".app-note--success").first.is_visible()
