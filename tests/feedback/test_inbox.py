"""The inbox shows each person their cases, the most pressing first."""

from datetime import timedelta

from sqlalchemy import event

from survey.calendar import clock


def opened(browser, path="/desk/feedback"):
    answer = browser.client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_an_officer_sees_what_came_in_for_the_unit(inbox, desk):
    with inbox.database.write() as session:
        case = inbox.send(
            session, words="Chờ hai giờ mà chưa tới lượt.", now=clock() - timedelta(2)
        )
        number = case.number
    page = opened(desk("lan"))
    assert number in page and "Chờ hai giờ" in page
    assert number not in opened(desk("son"))


def test_a_page_of_the_inbox_asks_the_database_at_most_twelve_times(inbox, desk):
    with inbox.database.write() as session:
        for _n in range(60):
            inbox.send(session, now=clock() - timedelta(2))
    browser = desk("tam")
    asked = []
    engine = browser.app.extensions["sipas.database"].engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    opened(browser)
    assert len(asked) <= 12, "\n\n".join(asked)


def test_a_case_is_searched_by_words_and_opened_by_its_number(inbox, desk):
    with inbox.database.write() as session:
        came = clock() - timedelta(2)
        case = inbox.send(session, words="Giấy hẹn bị mất ở quầy số ba", now=came)
        number, id = case.number, case.id
    browser = desk("lan")
    page = opened(browser, "/desk/feedback/search?q=giay+hen")
    assert number in page and "<mark>Giấy</mark> <mark>hẹn</mark>" in page
    answer = browser.client.get(f"/desk/feedback/search?q={number}")
    assert (answer.status_code, answer.location) == (303, f"/desk/feedback/{id}")
    assert number in opened(browser, f"/desk/feedback/search?q={id}")
    assert "ít nhất một từ" in opened(browser, "/desk/feedback/search?q=***")


def test_search_finds_nothing_of_another_unit_by_words_or_number(inbox, desk):
    with inbox.database.write() as session:
        case = inbox.send(session, words="Giấy hẹn bị mất", now=clock() - timedelta(2))
        number = case.number
    browser = desk("son")
    for typed in ("giay hen", number, number[-1]):
        page = opened(browser, f"/desk/feedback/search?q={typed}")
        assert "app-case__first" not in page
