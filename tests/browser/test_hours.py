"""A kiosk knows when its centre serves: by Vietnam's time, over holidays and weekends."""

from datetime import datetime

import pytest
from playwright.sync_api import Browser

from survey.calendar import ZONE
from tests.browser.shipped import beside_the_files

pytestmark = pytest.mark.browser
DAY = [["07:30", "11:30"], ["13:30", "17:00"]]
HOURS = {
    "week": {**{str(n): DAY for n in range(1, 6)}, "6": [DAY[0]], "7": []},
    "days_off": [["2026-09-01", "Nghỉ lễ"], ["2026-09-02", "Quốc khánh"]],
}
ASK = """async ([hours, moments]) => {
  const { isOpen, opensNext, holiday } = await import("/js/hours.js");
  if (hours === null) return moments.map((at) => [isOpen(hours, at)]);
  return moments.map((at) => [isOpen(hours, at), opensNext(hours, at), holiday(hours, at) ?? ""]);
}"""


@pytest.fixture(params=["Asia/Ho_Chi_Minh", "America/Los_Angeles"])
def ask(browser: Browser, request: pytest.FixtureRequest):
    context = browser.new_context(timezone_id=request.param)
    page = context.new_page()
    beside_the_files(page, "<body>")

    def asked(*moments: str, hours=HOURS):
        there = [datetime.fromisoformat(m).replace(tzinfo=ZONE).timestamp() * 1000 for m in moments]
        return page.evaluate(ASK, [hours, there])

    yield asked
    context.close()


def test_open_and_closed_to_the_minute(ask):
    found = ask("2026-08-26T07:29:59", "2026-08-26T07:30", "2026-08-26T11:29", "2026-08-26T11:30",
                "2026-08-29T10:00", "2026-08-29T14:00", "2026-08-30T10:00")  # fmt: skip
    assert [one[0] for one in found] == [False, True, True, False, True, False, False]


def test_when_it_opens_again(ask):
    found = ask("2026-08-26T06:00", "2026-08-26T12:00", "2026-08-26T18:00", "2026-08-29T12:00",
                "2026-08-31T17:00")  # fmt: skip
    assert [(n["day"], n["time"], n["days"]) for _, n, _ in found] == [
        ("2026-08-26", "07:30", 0),
        ("2026-08-26", "13:30", 0),
        ("2026-08-27", "07:30", 1),
        ("2026-08-31", "07:30", 2),
        ("2026-09-03", "07:30", 3),
    ]


def test_a_day_off_is_named(ask):
    [(opened, then, name)] = ask("2026-09-02T09:00")
    assert (opened, then["day"], name) == (False, "2026-09-03", "Quốc khánh")


def test_a_day_with_hours_of_its_own(ask):
    """A Sunday that is worked, and an afternoon closed."""
    special = [["2026-08-30", [["08:00", "10:00"]], "Làm bù"],
               ["2026-08-31", [["07:30", "11:30"]], ""]]  # fmt: skip
    found = ask("2026-08-30T07:00", "2026-08-30T09:00", "2026-08-30T10:00", "2026-08-31T14:00",
                hours={**HOURS, "special_days": special})  # fmt: skip
    assert [one[0] for one in found] == [False, True, False, False]
    assert [(n["day"], n["time"]) for _, n, _ in found] == [
        ("2026-08-30", "08:00"), ("2026-08-31", "07:30"),
        ("2026-08-31", "07:30"), ("2026-09-03", "07:30"),
    ]  # fmt: skip


def test_without_hours_it_is_always_open_and_a_closed_year_has_no_next_day(ask):
    assert ask("2026-09-02T03:00", hours=None)[0][0] is True
    assert ask("2026-09-02T03:00", hours={"week": {}, "days_off": []})[0][:2] == [False, None]
