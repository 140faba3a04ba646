"""Accounts from the shell: `sipas staff`."""

import json

import pytest
from click.testing import CliRunner

from survey.cli import cli
from survey.staff import accounts, audit, passwords
from tests.staff.conftest import PASSWORD, small_province


@pytest.fixture
def sipas(both, monkeypatch):
    monkeypatch.setenv("SIPAS_DATABASE", both.settings.database)
    monkeypatch.setenv("SIPAS_DATA", str(both.settings.data))
    monkeypatch.setenv("SIPAS_SECRET_FILE", str(both.settings.secret_file))
    with both.write() as session:
        small_province(session)

    def run(*words, **kw):
        return CliRunner().invoke(cli, ["staff", *words], **kw)

    return run


def test_an_account_is_added_with_a_password_that_is_printed_once(sipas, both):
    made = sipas("add", "Lan", "--name", "Trần Thị Lan", "--role", "officer", "--area", "19000")
    assert made.exit_code == 0, made.output
    password = made.stdout.strip()
    with both.read() as session:
        staff = accounts.by_login(session, "lan")
        assert passwords.matches(staff.password_hash, password)
        assert staff.must_change
        assert audit.verify(session) is None
    (row,) = json.loads(sipas("list", "--format", "json").stdout)
    assert (row["login"], row["roles"], row["state"]) == ("lan", ["officer@19000"], "in use")
    assert password not in sipas("list", "--format", "csv").stdout


def test_a_password_of_ones_own_comes_by_stdin_and_must_be_good(sipas, both):
    words = ("add", "quan", "--name", "Quân", "--role", "administrator", "--password-stdin")
    weak = sipas(*words, input="quangtri2026\n")
    assert weak.exit_code == 1
    made = sipas(*words, input=PASSWORD + "\n")
    assert (made.exit_code, made.stdout) == (0, "")
    with both.read() as session:
        assert not accounts.by_login(session, "quan").must_change


def test_a_role_or_login_or_area_that_cannot_be_is_refused_and_nothing_is_added(sipas):
    name = ("--name", "Ai đó")
    assert sipas("add", "ai", *name, "--role", "king").exit_code == 2
    assert sipas("add", "a b", *name, "--role", "officer").exit_code == 2
    unknown = sipas("add", "ai.do", *name, "--role", "officer", "--area", "99999")
    assert unknown.exit_code == 1 and "99999" in unknown.output
    assert sipas("list").stdout == ""


def test_an_account_is_closed_but_not_the_last_administrator(sipas):
    for login, role in (("quan", "administrator"), ("lan", "officer")):
        assert sipas("add", login, "--name", login, "--role", role).exit_code == 0
    assert sipas("disable", "lan").exit_code == 0
    assert "lan\tlan\tofficer\tclosed" in sipas("list").stdout
    assert sipas("disable", "nobody").exit_code == 1
    refused = sipas("disable", "quan")
    assert refused.exit_code == 1
    assert "quan\tquan\tadministrator\tin use" in sipas("list").stdout
