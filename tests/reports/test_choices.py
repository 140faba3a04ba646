"""The choices of the figures stand in the address; whatever else stands there changes nothing."""

import pytest
from flask import Flask

from survey.database import Database
from tests.staff.conftest import Desk, person


@pytest.mark.parametrize("query", ["endpoint=x", "_external=1", "_method=POST", "page=x", "q=%00"])
def test_words_that_are_no_choice_are_left_out(app: Flask, kept: Database, query: str):
    with kept.write() as session:
        analyst = person(session, "analyst", ("analyst", None))
    page = Desk(app, kept).enter(analyst).client.get(f"/desk/figures?{query}&kind=counter")
    assert page.status_code == 200
    assert "http://localhost" not in page.text
