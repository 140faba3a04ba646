"""What the engine promises: no answer in an error, no copy of the database left lying about."""

import os
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from survey.calendar import clock
from survey.database.copies import PREFIX, forget_copies
from survey.database.engine import WriteLock


def test_an_error_of_the_database_does_not_repeat_what_was_stored(both):
    with both.read() as session, pytest.raises(DBAPIError) as raised:
        session.execute(text("INSERT INTO nowhere VALUES (:said)"), {"said": "a citizen's words"})
    assert "citizen" not in str(raised.value)


def test_a_copy_whose_reader_was_killed_is_gone_after_a_day(kept):
    now = clock()
    for name, age in (("old", timedelta(days=2)), ("fresh", timedelta(hours=1))):
        folder = kept.settings.data / f"{PREFIX}{name}"
        folder.mkdir()
        (folder / "sipas.db").write_text("intake")
        moment = (now - age).timestamp()
        os.utime(folder, (moment, moment))
    assert forget_copies(kept, now=now) == 1
    assert [path.name for path in kept.settings.data.glob(f"{PREFIX}*")] == [f"{PREFIX}fresh"]


def test_the_embedded_database_is_its_owners_alone(kept):
    with kept.write() as session:
        session.execute(text("UPDATE site_value SET value = ''"))
    files = list(kept.settings.data.glob("sipas.db*"))
    assert {"sipas.db", "sipas.db-wal"} <= {path.name for path in files}
    kept_open = [path.name for path in files if path.stat().st_mode & 0o077 and path.stat().st_size]
    assert kept_open == []


def test_a_lock_that_could_not_be_taken_is_not_held(tmp_path):
    """The disk is full or the folder away for a moment: the next write goes on."""
    lock = WriteLock(tmp_path / "away" / "sipas.db.lock")
    with pytest.raises(FileNotFoundError), lock:
        pass
    (tmp_path / "away").mkdir()
    with lock:
        taken = True
    lock.close()
    assert taken
