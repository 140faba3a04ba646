"""Comments leave in batches of their own and bear no more than place, field and month."""

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from survey.respond.release_comments import release_comments
from survey.respond.tables import Comment
from tests.respond.province import EVENING, build

FOUR = ["Cán bộ nhiệt tình", "Phải chờ lâu", "Thiếu ghế ngồi", "Cảm ơn"]


@pytest.fixture
def province(both):
    return build(both)


def run(province, now=EVENING, **options):
    with province.database.write() as session:
        return release_comments(session, now=now, rng=province.rng, **options)


def comments(province):
    with province.database.read() as session:
        return list(session.scalars(select(Comment)))


def test_four_comments_of_a_centre_wait_and_the_fifth_lets_all_go(province):
    province.comment("A", FOUR)
    assert (run(province).comments, len(comments(province))) == (0, 0)
    province.comment("A", ["Nên có ki-ốt cho người cao tuổi"])
    assert run(province).comments == 5
    assert {(c.centre_id, c.month) for c in comments(province)} == {
        (province.centres["A"], date(2026, 7, 1))
    }
    assert sorted(c.text for c in comments(province)) == sorted(
        [*FOUR, "Nên có ki-ốt cho người cao tuổi"]
    )


def test_what_waits_is_written_anew_under_the_key_by_which_its_page_finds_it(province):
    def kept():
        written = "xmin::text" if not province.database.is_sqlite else "'-'"
        with province.database.read() as session:
            return session.execute(text(f"SELECT id, text, {written} FROM pending_comment")).all()

    province.comment("A", FOUR[:2])
    province.comment("A", FOUR[2:])
    before = kept()
    run(province)
    assert {row[:2] for row in kept()} == {row[:2] for row in before}
    assert len({row[2] for row in kept()}) == 1
    if not province.database.is_sqlite:
        assert len({row[2] for row in before}) == 2


def test_when_the_month_is_over_two_centres_of_a_province_are_shown_together(province):
    province.comment("A", FOUR)
    province.comment("B", FOUR)
    assert run(province).comments == 0
    told = run(province, now=EVENING + timedelta(days=30))
    assert (told.comments, told.raised, told.waiting) == (8, 8, 0)
    assert {(c.centre_id, c.area_id) for c in comments(province)} == {
        (None, province.areas["province"])
    }


def test_fewer_than_five_in_the_province_wait_for_the_end_of_the_round(province):
    province.comment("A", FOUR)
    assert run(province, now=EVENING + timedelta(days=30)).waiting == 4
    province.close()
    told = run(province, now=EVENING + timedelta(days=30))
    assert (told.comments, told.raised, told.waiting) == (4, 4, 0)
    assert {c.month for c in comments(province)} == {date(2026, 7, 1)}


def test_a_field_that_four_share_is_left_empty_and_one_that_five_share_is_kept(province):
    province.comment("A", FOUR, field="dat-dai")
    province.comment("A", [*FOUR, "Tốt"], field="ho-tich")
    run(province)
    assert Counter(c.field for c in comments(province)) == {None: 4, "ho-tich": 5}


def test_words_to_a_question_leave_only_with_words_to_the_same_question(province):
    province.comment("A", FOUR, question="why")
    province.comment("A", ["Tốt"])
    assert run(province).comments == 0
    province.comment("A", ["Xin giấy phép"], question="why")
    assert run(province).comments == 5
    assert {c.question for c in comments(province)} == {"why"}
