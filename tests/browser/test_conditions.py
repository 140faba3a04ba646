"""A condition comes to the same in the browser as on the server."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from playwright.sync_api import Browser, Page

from questionnaires.conditions import evaluate
from questionnaires.trees import as_json
from tests.questionnaires.conditions_made import answers, conditions
from tests.questionnaires.test_conditions import VECTORS

pytestmark = pytest.mark.browser
MODULE = Path(__file__).parents[2] / "survey" / "static" / "js" / "conditions.js"
ADDRESS = "http://sipas.test/"
RUN = """async (cases) => {
  const { evaluate } = await import("/conditions.js");
  return cases.map(({ tree, answers }) => evaluate(tree, answers));
}"""


@pytest.fixture
def page(browser: Browser):
    """An empty page beside the module as it is shipped."""
    page = browser.new_page()
    page.route(ADDRESS, lambda route: route.fulfill(content_type="text/html", body="<p>"))
    page.route(
        ADDRESS + "conditions.js",
        lambda route: route.fulfill(content_type="text/javascript", body=MODULE.read_text()),
    )
    page.goto(ADDRESS)
    yield page
    page.close()


def in_browser(page: Page, cases: list[dict]) -> list[bool]:
    return page.evaluate(RUN, cases)


def test_the_browser_agrees_with_every_condition_of_the_shared_file(page):
    assert in_browser(page, VECTORS) == [vector["result"] for vector in VECTORS]


def test_server_and_browser_evaluate_500_made_conditions_alike(page):
    made: dict[str, tuple[dict, bool]] = {}

    @settings(
        max_examples=900,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(tree=conditions, values=answers)
    def make(tree, values):
        case = {"tree": as_json(tree), "answers": values}
        made[json.dumps(case)] = (case, evaluate(tree, values))

    make()
    cases, expected = zip(*made.values(), strict=True)
    assert len(cases) >= 500 and 100 < sum(expected) < len(cases) - 100
    assert in_browser(page, list(cases)) == list(expected)
