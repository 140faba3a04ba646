"""Whoever holds the whole database cannot tell which response came from which submission.

A week is played with known times. Then an attacker who has every table, the order in which rows
lie, PostgreSQL's transaction numbers and the bytes of the SQLite file tries to join responses and
comments to receipts. Within a batch no way of joining may do better than drawing lots.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, timedelta
from math import sqrt
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from survey.database import Database
from survey.respond.ladder import ENOUGH
from survey.respond.release import erase_traces, release
from survey.respond.release_comments import release_comments
from survey.respond.tables import Comment, Intake, PendingComment, Receipt, Response
from survey.tables import METADATA
from tests.respond.province import MORNING, Province, build

DAYS, EACH_DAY = 3, 8
PLACES = ("A1", "A2", "B1")


class Week:
    """What really happened: for each submission its counter, moment, answers and comment."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.province = build(database)
        self.true_answers: dict[str, dict] = {}  # by receipt id
        self.true_words: dict[str, str] = {}
        self.moments: list = []
        for day in range(DAYS):
            self._play(self.province, day)
            self._release(day)
        erase_traces(database)

    def _play(self, province: Province, day: int) -> None:
        """Citizens come to the three counters in turn; each writes a comment as well."""
        for number in range(EACH_DAY * len(PLACES)):
            counter = PLACES[number % len(PLACES)]
            at = MORNING + timedelta(days=day, minutes=11 * number, seconds=7 * number)
            mark = {"age": 1 + number % 5, "education": 1 + day, "sex": 1 + number % 2}
            answers = province.answers(**mark)
            province.send(1, counter, start=at, answers=answers)
            words = f"Góp ý số {len(self.moments)} của buổi {day}"
            province.comment(counter[0], [words])
            self.moments.append(at)
            key = province.sent[-1].hex
            self.true_answers[key], self.true_words[key] = answers, words

    def _release(self, day: int) -> None:
        evening = MORNING + timedelta(days=day, hours=10)
        with self.database.write() as session:
            release(session, now=evening, rng=self.province.rng)
        with self.database.write() as session:
            release_comments(session, now=evening, rng=self.province.rng)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def week(request, tmp_path_factory, empties) -> Iterator[Week]:
    folder = tmp_path_factory.mktemp("week")
    database = Database(empties.settings(request.param, folder))
    played = Week(database)
    played.province.send(3, "A1", start=MORNING + timedelta(days=DAYS))
    yield played
    database.close()


def batches(week: Week) -> dict[tuple, list[Response]]:
    """Responses of one counter and day, in the order in which the database gives them."""
    found = defaultdict(list)
    with week.database.read() as session:
        for row in session.scalars(select(Response)):
            found[row.counter_id, row.day].append(row)
    return found


def receipts(week: Week, counter: str, day) -> list[Receipt]:
    """Receipts of a counter's device up to a day, in the order in which they came."""
    with week.database.read() as session:
        chosen = select(Receipt).where(Receipt.device == f"kiosk-{counter}", Receipt.day == day)
        return list(session.scalars(chosen.order_by(Receipt.seq)))


def no_better_than_lots(hits: int, tries: int) -> bool:
    """Drawing lots in a batch hits once on average, whatever its size, with variance one."""
    return hits <= tries + 4 * sqrt(tries)


def pairs(week: Week, order) -> Iterator[tuple[Sequence, Sequence]]:
    names = {number: code for code, number in week.province.counters.items()}
    for (counter, day), rows in batches(week).items():
        yield receipts(week, names[counter], day), sorted(rows, key=order) if order else rows


@pytest.mark.parametrize(
    "order",
    [None, lambda row: row.id, lambda row: row.id.hex[::-1], lambda row: row.id.int & (2**62 - 1)],
    ids=["as they lie", "by key", "by reversed key", "by last bits"],
)
@pytest.mark.parametrize("arrival", ["seq", "id"])
def test_no_order_of_responses_follows_the_order_of_receipts(week, order, arrival):
    hits = tries = 0
    for came, left in pairs(week, order):
        came = sorted(came, key=lambda receipt: getattr(receipt, arrival))
        assert len(came) == len(left) >= ENOUGH
        tries += 1
        hits += sum(
            week.true_answers[one.id.hex] == other.answers
            for one, other in zip(came, left, strict=True)
        )
    assert tries == DAYS * len(PLACES)
    assert no_better_than_lots(hits, tries), (hits, tries)


def test_the_day_of_a_response_leaves_at_least_five_receipts_to_choose_from(week):
    for came, left in pairs(week, None):
        assert min(len(came), len(left)) >= ENOUGH


def test_no_key_of_a_submission_stands_anywhere_but_in_its_receipt(week):
    sent = {key.hex for key in week.province.sent[: DAYS * EACH_DAY * len(PLACES)]}
    for table, column, value in every_value(week):
        plain = str(value).replace("-", "")
        assert table == "receipt" or not any(key in plain for key in sent), (table, column)


def test_no_moment_of_a_submission_stands_anywhere(week):
    known = set()
    for at in week.moments:
        known |= {f"{at.astimezone(UTC):%H:%M:%S}", f"{at:%H:%M:%S}"}
    for table, column, value in every_value(week):
        if table != "intake":  # three people still wait there
            assert not any(moment in str(value) for moment in known), (table, column, value)


def test_the_file_itself_has_forgotten_the_moments(week):
    """SQLite's file and its log, byte by byte: deleted rows are overwritten, the log is empty."""
    if not week.database.is_sqlite:
        pytest.skip("PostgreSQL keeps the bytes of a page until it is used again")
    file = Path(week.database.settings.database.removeprefix("sqlite:///"))
    kept = file.read_bytes() + Path(f"{file}-wal").read_bytes()
    for at in week.moments:
        assert f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}".encode() not in kept


def test_intake_holds_only_those_who_still_wait(week):
    with week.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Intake)) == 3
        assert session.scalar(select(func.count()).select_from(PendingComment)) == 0


def test_comments_lie_in_no_order_that_follows_responses_or_receipts(week):
    """A day's comments left on their evening, which their month does not hide from the order in
    which rows lie: lots are drawn once for each day."""
    with week.database.read() as session:
        written = [row.text for row in session.scalars(select(Comment))]
    came = [week.true_words[key.hex] for key in week.province.sent if key.hex in week.true_words]
    assert len(written) == len(came)
    assert no_better_than_lots(sum(a == b for a, b in zip(came, written, strict=True)), DAYS)
    by_answers = {str(week.true_answers[key]): word for key, word in week.true_words.items()}
    with week.database.read() as session:
        said = [by_answers[str(row.answers)] for row in session.scalars(select(Response))]
    assert no_better_than_lots(sum(a == b for a, b in zip(said, written, strict=True)), DAYS)


def test_transactions_tell_no_more_than_the_batch(week):
    """PostgreSQL's xmin: of responses one a release, shared with no comment and no receipt."""
    if week.database.is_sqlite:
        pytest.skip("SQLite keeps no transaction numbers in rows")
    with week.database.read() as session:
        numbers = {
            table: [row[0] for row in session.execute(text(f"SELECT xmin::text FROM {table}"))]
            for table in ("response", "comment", "receipt", "intake", "pending_comment")
        }
    assert len(set(numbers["response"])) == DAYS
    for one in ("response", "comment"):
        for other in {"response", "comment", "receipt", "intake"} - {one}:
            assert set(numbers[one]).isdisjoint(numbers[other])


def every_value(week: Week) -> Iterator[tuple[str, str, object]]:
    with week.database.read() as session:
        for table in METADATA.sorted_tables:
            for row in session.execute(select(table)):
                for column, value in row._mapping.items():
                    yield table.name, str(column), value
