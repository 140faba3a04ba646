"""A nine-item round open in July 2026, and a clock that the test sets."""

from datetime import datetime

import pytest
from flask import Flask

from survey.respond import api, device_door, views
from tests.fieldwork.places import JULY
from tests.respond.citizen import Citizen, prepared


class Clock:
    """The moment that views read; a test moves it."""

    def __init__(self) -> None:
        self.now: datetime = JULY

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(views, "clock", clock)
    monkeypatch.setattr(api, "clock", clock)
    monkeypatch.setattr(device_door, "clock", clock)
    return clock


@pytest.fixture
def poster(app: Flask, at: Clock) -> str:
    """The address on the poster of a counter where the round is open."""
    return "/c/" + prepared(app.extensions["sipas.database"])


@pytest.fixture
def citizen(app: Flask, poster: str) -> Citizen:
    return Citizen(app)


@pytest.fixture
def stored(app: Flask):
    """Every row of some tables, as dictionaries."""

    def rows(*tables: type) -> list[dict]:
        with app.extensions["sipas.database"].read() as session:
            found = [row for table in tables for row in session.query(table)]
            return [
                {k: v for k, v in vars(row).items() if k != "_sa_instance_state"} for row in found
            ]

    return rows
