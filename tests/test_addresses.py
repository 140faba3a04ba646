"""Whatever stands in an address or is typed, a page answers with words, on either database."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.datastructures import FileStorage

from survey.addresses import Typed
from survey.app import create_app
from survey.database import Database, reading

TITLE_404 = "Không có trang này"


@pytest.fixture
def house(both: Database) -> Iterator[Flask]:
    made = create_app(both.settings)
    yield made
    made.extensions["sipas.database"].close()


@pytest.fixture
def visitor(house: Flask) -> FlaskClient:
    return house.test_client()


@pytest.mark.parametrize("path", ["/r/%00", "/r/a%00b/thanks", "/c/%00", "/r/%1b%5b2J"])
def test_a_code_that_cannot_be_shown_leads_to_no_page(visitor, path):
    for answer in (visitor.get(path), visitor.post(path)):
        assert answer.status_code in (404, 405)
    assert TITLE_404 in visitor.get(path).text


@pytest.mark.parametrize("number", ["2147483648", "99999999999999999999"])
def test_a_number_greater_than_any_object_leads_to_no_page(visitor, number):
    assert visitor.get(f"/desk/units/areas/{number}").status_code == 404
    assert visitor.get(f"/desk/figures/trend/{number}.svg").status_code == 404


def test_nul_is_taken_out_of_what_is_typed():
    typed = Typed([("na\x00me", "Đồng\x00 Hới"), ("file", FileStorage(filename="xa\x00.csv"))])
    assert typed["name"] == "Đồng Hới"
    assert typed["file"].filename == "xa.csv"


@pytest.mark.parametrize(
    "query", ["lang=%00", "lang=\xff", "endpoint=x", "_external=1&_scheme=ftp"]
)
def test_an_address_with_strange_choices_still_opens(visitor, query):
    answer = visitor.get("/", query_string=query)
    assert answer.status_code == 200
    assert 'href="/?' in answer.text
    assert "ftp" not in answer.text


def test_the_other_language_keeps_the_choices_of_a_page(visitor):
    page = visitor.get("/?q=a&q=b&lang=en").text.replace("&amp;", "&")
    assert 'href="/?q=a&q=b&lang=vi"' in page


def test_a_statement_that_failed_still_ends_in_a_page(house, visitor):
    @house.route("/fails")
    def fails() -> str:
        reading().execute(text("SELECT no_such_column"))
        return ""

    answer = visitor.get("/fails")
    assert answer.status_code in (500, 503)
    assert "<h1" in answer.text


def test_a_static_file_that_is_not_there_tells_nothing_of_other_files(visitor):
    answer = visitor.get("/static/..%2F..%2Fpyproject.toml")
    assert answer.status_code == 404
    assert "pyproject" not in answer.text
