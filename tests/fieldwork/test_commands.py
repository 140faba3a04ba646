"""Rounds and the site's own words by command, as an administrator types them."""

import csv
import json
from datetime import timedelta
from io import StringIO

import pytest
from click.testing import CliRunner, Result

from survey.calendar import clock, local_day
from survey.cli import cli
from survey.fieldwork import rounds
from survey.fieldwork.tables import PublishedForm
from survey.staff import accounts
from survey.staff.tables import AuditEvent
from tests.fieldwork.places import settle

TODAY = local_day(clock())
LAST = TODAY + timedelta(days=30)
CREATE = [
    *("round", "create", "qt-now", "--form", "one-stop-ward@1", "--method", "counter-form"),
    *("--sample", "open", "--mode", "kiosk", "--mode", "mobile"),
    *("--opens", TODAY.isoformat(), "--closes", LAST.isoformat()),
    *("--title", "Khảo sát tại quầy", "--title-en", "Counter survey"),
]


@pytest.fixture
def sipas(both, monkeypatch):
    """`sipas(*arguments)`: the command on a migrated database with the small province."""
    with both.write() as session:
        settle(session)
    monkeypatch.setenv("SIPAS_DATABASE", both.settings.database)
    monkeypatch.setenv("SIPAS_DATA", str(both.settings.data))
    monkeypatch.setenv("SIPAS_SECRET_FILE", str(both.settings.secret_file))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, arguments)

    return run


def administrator(both, role="administrator"):
    with both.write() as session:
        now = clock()
        staff = accounts.add(
            session,
            login="bình",
            name="Nguyễn Văn Bình",
            password="một câu dài để thử",
            by="command",
            now=now,
        )
        accounts.grant(session, staff, role, None, by="command", now=now)
        return f"staff:{staff.id}"


def test_a_round_is_created_opened_listed_copied_and_closed(sipas, both):
    made = sipas(*CREATE, "--place", "area:18880", "--place", "counter:vinh-linh-1")
    assert (made.exit_code, made.stdout) == (0, f"qt-now: draft, {TODAY} – {LAST}.\n")
    refused = sipas("round", "open", "qt-now")
    assert refused.exit_code == 1
    assert "has not been compared with the decree" in refused.stderr
    actor = administrator(both)
    opened = sipas("round", "open", "qt-now", "--confirm-wording", "--by", "Bình")
    assert (opened.exit_code, opened.stdout[:13]) == (0, "qt-now: open,")
    with both.read() as session:
        assert session.get(PublishedForm, "one-stop-ward@1").confirmed_by == actor
    copied = sipas(
        "round", "copy", "qt-now", "qt-2", "--opens", "01/7/2031", "--closes", "2031-09-30"
    )
    assert (copied.exit_code, copied.stdout) == (0, "qt-2: draft, 2031-07-01 – 2031-09-30.\n")
    listed = json.loads(sipas("round", "list", "--format", "json").stdout)
    assert [(line["code"], line["state"]) for line in listed] == [
        ("qt-2", "draft"),
        ("qt-now", "open"),
    ]
    assert listed[1]["places"] == ["area:18880", "counter:vinh-linh-1"]
    text = sipas("round", "list", "--format", "csv", "--state", "open").stdout
    [row] = csv.DictReader(StringIO(text))
    assert (row["title"], row["modes"], row["simulated"]) == (
        "Khảo sát tại quầy",
        "kiosk mobile",
        "false",
    )
    assert "Khảo sát tại quầy" in sipas("round", "list").stdout
    assert sipas("round", "close", "qt-now").exit_code == 0
    assert sipas("round", "close", "qt-now").exit_code == 1
    with both.read() as session:
        assert rounds.find_round(session, "qt-now").state == "closed"


def test_what_cannot_be_is_said_one_fault_a_line(sipas, both):
    changed = [word if word != LAST.isoformat() else "2020-01-01" for word in CREATE]
    refused = sipas(*changed, "--place", "centre:x", "--notice", "1999-01")
    assert (refused.exit_code, refused.stdout) == (1, "")
    fields = [line.split(":")[0] for line in refused.stderr.splitlines()]
    assert sorted(fields) == ["closes", "notice", "places"]
    with both.read() as session:
        assert rounds.list_rounds(session) == []


def test_a_command_that_is_not_understood_ends_with_two(sipas):
    assert sipas("round", "create", "qt-now").exit_code == 2
    place = sipas(*CREATE, "--place", "dong-hoi")
    assert place.exit_code == 2
    assert "area:CODE, centre:CODE or counter:CODE" in place.stderr
    assert sipas(*CREATE, "--mode", "fax").exit_code == 2
    assert sipas("round", "open", "qt-now", "--confirm-wording").exit_code == 2


def test_an_unknown_round_is_said(sipas):
    for act in ("open", "close"):
        refused = sipas("round", act, "nowhere")
        assert refused.exit_code == 1
        assert "no such survey" in refused.stderr
    assert "no round yet" in sipas("round", "list").stderr


def test_only_an_administrator_in_use_allows_unchecked_wording(sipas, both):
    sipas(*CREATE, "--place", "area:44")
    confirm = ("round", "open", "qt-now", "--confirm-wording", "--by")
    assert "no account" in sipas(*confirm, "nobody").stderr
    administrator(both, role="fieldwork")
    refused = sipas(*confirm, "binh")
    assert refused.exit_code == 1
    assert "not an administrator" in refused.stderr


def test_the_site_says_who_asks(sipas, both):
    assert sipas("site", "set", "organiser", "Sở Nội vụ").exit_code == 0
    assert sipas("site", "set", "simulated", "yes").exit_code == 0
    shown = json.loads(sipas("site", "show", "--format", "json").stdout)
    assert (shown["organiser"], shown["simulated"]) == ("Sở Nội vụ", "yes")
    assert "contact: (empty)" in sipas("site", "show").stdout
    assert sipas("site", "set", "simulated", "maybe").exit_code == 2
    assert sipas("site", "set", "colour", "red").exit_code == 2
    with both.read() as session:
        assert [e.object for e in session.query(AuditEvent)] == ["site:organiser", "site:simulated"]
