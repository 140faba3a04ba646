"""What people wrote is found however it is typed, by who may see it, and by nobody else."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from survey.feedback import search, texts
from survey.feedback.access import Reach, within_reach
from survey.feedback.looking import Term, looked_for, words_of
from survey.text import fold
from tests.feedback.conftest import MONDAY

LATER = MONDAY + timedelta(days=1)


def found(session, typed, *, where=(), units=None, limit=50):
    """Ids of the cases, in the order in which they are shown."""
    looked = looked_for(typed)
    return [one.case_id for one in search.find(session, looked, where, limit=limit, units=units)]


def index_of(session):
    """What the index holds, as its rows are."""
    rows = session.execute(text("SELECT * FROM feedback_search"))
    return sorted(tuple(map(str, row)) for row in rows)


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("hồ sơ", [Term(("hồ",)), Term(("sơ",))]),
        ('"hồ sơ" trễ', [Term(("hồ", "sơ")), Term(("trễ",))]),
        ("“trễ hẹn”", [Term(("trễ", "hẹn"))]),
        ('"trễ hẹn', [Term(("trễ", "hẹn"))]),
        ("nguy*", [Term(("nguy",), open_end=True)]),
        ("QĐ-31/2026", [Term(("qđ", "31", "2026"))]),
        ("HỒ SƠ", [Term(("hồ",)), Term(("sơ",))]),
        ("  ** -- ", None),
        ("\u0301", None),
        ("", None),
    ],
)
def test_what_is_typed_is_read_as_words_phrases_and_beginnings(typed, terms):
    looked = looked_for(typed)
    assert (looked and list(looked.terms)) == terms


@pytest.mark.parametrize(
    ("typed", "number", "by_number"),
    [
        ("PA-000123", 123, True),
        ("pa 123", 123, True),
        ("000123", 123, False),
        ("123", 123, False),
        ("PA-0", None, False),
        ("PA-12 xin", None, False),
        ("hồ sơ 12", None, False),
    ],
)
def test_the_number_of_a_case_is_known_when_it_is_typed(typed, number, by_number):
    looked = looked_for(typed)
    assert (looked.number, looked.by_number) == (number, by_number)


def test_no_more_words_are_looked_for_than_fit():
    looked = looked_for(" ".join(f"từ{n}" for n in range(100)))
    assert sum(len(term.words) for term in looked.terms) == 16


WRITTEN = {
    "đường": "Đường vào trụ sở ngập nước.",
    "đất": "Hồ sơ đất đai trễ hẹn.",
    "ấm": "Cán bộ cố gắng ấm áp, ngưỡng mộ nhạc trẻ, ưng ý.",
    "nfd": "Chờ đợi quá lâu \u1ea5m ư\u0301c o\u031b\u0309 quầy số ba".replace(
        "\u1ea5", "a\u0302\u0301"
    ),
}


@pytest.mark.parametrize(
    ("typed", "which"),
    [
        ("duong", "đường"),
        ("DUONG", "đường"),
        ("đường", "đường"),
        ("ĐƯỜNG", "đường"),
        ("đu\u031bo\u031b\u0300ng", "đường"),
        ("dat dai", "đất"),
        ("đất đai", "đất"),
        ("tre hen", "đất"),
        ("dai dat", "đất"),
        ('"dat dai"', "đất"),
        ("nguong mo", "ấm"),
        ("ngưỡng", "ấm"),
        ("nhac tre", "ấm"),
        ("ưng", "ấm"),
        ("co gang", "ấm"),
        ("ngươ\u0303ng", "ấm"),
        ("qua lau", "nfd"),
        ("quá lâu", "nfd"),
        ("quầy", "nfd"),
        ("ngap nuo*", "đường"),
    ],
)
def test_words_are_found_with_and_without_accents(typed, which, inbox_on_both):
    with inbox_on_both.database.write() as session:
        ids = {inbox_on_both.send(session, words=words).id: name for name, words in WRITTEN.items()}
        assert [ids[id] for id in found(session, typed)] == [which]


def test_all_words_must_occur_and_phrases_in_their_order(inbox_on_both):
    with inbox_on_both.database.write() as session:
        case = inbox_on_both.send(session, words="Hồ sơ đất đai trễ hẹn hai tuần.")
        assert found(session, "hẹn đất tuần") == [case.id]
        assert found(session, "hẹn đất năm") == []
        assert found(session, '"đai trễ hẹn"') == [case.id]
        assert found(session, '"trễ đai hẹn"') == []
        assert found(session, '"đai tr*"') == []  # in quotes it is a word
        assert found(session, "tu*") == [case.id]


def test_a_word_with_its_accents_comes_before_the_others(inbox_on_both):
    with inbox_on_both.database.write() as session:
        send = inbox_on_both.send
        written = ["mã hồ sơ sai", "má tôi đi làm", "mà không ai nói", "ma", "mã số thuế", "mạ"]
        ids = {send(session, words=words).id: words for words in written}
        assert [ids[id] for id in found(session, "mã")] == [
            "mã số thuế", "mã hồ sơ sai", "mạ", "ma", "mà không ai nói", "má tôi đi làm",
        ]  # fmt: skip
        assert [ids[id] for id in found(session, "ma")][0] == "ma"
        assert len(found(session, "ma")) == 6


def test_pages_go_on_after_the_last_case_through_both_tiers(inbox_on_both):
    with inbox_on_both.database.write() as session:
        for words in ("mã", "ma", "má", "mã", "mà"):
            inbox_on_both.send(session, words=words)
        looked, pages, after = looked_for("mã"), [], None
        while True:
            page = search.find(session, looked, [], limit=2, after=after)
            if not page:
                break
            pages.append([one.case_id for one in page])
            after = page[-1]
        everything = found(session, "mã")
        assert [id for page in pages for id in page] == everything
        assert [len(page) for page in pages] == [2, 2, 1]


def test_the_reply_and_the_answers_are_searched_but_no_note_and_no_reason(inbox_on_both):
    inbox = inbox_on_both
    with inbox.database.write() as session:
        case = inbox.send(session, words="Tôi hỏi về lệ phí")
        inbox.act(session, case, "accept")
        inbox.act(session, case, "ask", words="Xin cho biết biên lai", role="question")
        inbox.act(session, case, "answer", by="sender", who="sender", words="Số bảy", role="answer")
        inbox.act(session, case, "note", words="Chú thích kín", role="note")
        inbox.act(session, case, "draft", words="Đã hoàn tiền thừa", role="reply")
        for typed in ("lệ phí", "biên lai", "số bảy", "hoàn tiền", "lệ phí hoàn tiền"):
            assert found(session, typed) == [case.id], typed
        assert found(session, "kín") == []
        assert found(session, '"phí xin"') == []  # no phrase goes on in another text


def test_what_is_erased_is_found_no_more_and_is_not_in_the_file(inbox):
    with inbox.database.write() as session:
        case = inbox.send(session, words="Chuyện xylocanary của tôi")
        assert found(session, "xylocanary") == [case.id]
        texts.erase(session, texts.texts_of(session, case.id)[0], now=MONDAY)
        assert found(session, "xylocanary") == []
    with inbox.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    files = inbox.database.settings.data.glob("sipas.db*")
    assert all(b"xylocanary" not in file.read_bytes() for file in files)


def test_what_is_masked_is_not_found(inbox_on_both):
    with inbox_on_both.database.write() as session:
        case = inbox_on_both.send(session, words="Gọi cho tôi theo số này")
        made = texts.texts_of(session, case.id)[0]
        made.shown = "Gọi cho tôi theo •••"
        search.refresh(session, [case.id])
        assert found(session, "số này") == []
        assert found(session, "gọi cho tôi") == [case.id]


def test_a_sealed_denunciation_is_not_in_the_index_and_comes_back_when_that_is_undone(
    inbox_on_both,
):
    inbox = inbox_on_both
    with inbox.database.write() as session:
        case = inbox.send(session, words="Tố cáo ông X nhận tiền")
        inbox.act(session, case, "accept")
        inbox.act(session, case, "seal", data={"receiver": inbox.staff["tam"]})
        assert case.sealed and found(session, "nhận tiền") == []
        inbox.act(session, case, "note", words="Đã nhận", role="reply")
        assert index_of(session) == []


def test_only_cases_that_one_may_see_are_found(inbox_on_both):
    inbox = inbox_on_both
    with inbox.database.write() as session:
        here = inbox.send(session, words="Ngập nước ở Hưng Thịnh")
        inbox.send(session, words="Ngập nước ở Sông Son", area_id=inbox.province.son)
        own = Reach(frozenset({inbox.province.hung}), frozenset())
        for units in (None, own.ids):
            seen = [within_reach(own, now=LATER)]
            assert found(session, "ngap nuoc", where=seen, units=units) == [here.id]
            early = [within_reach(own, now=MONDAY)]
            assert found(session, "ngap nuoc", where=early, units=units) == []


def test_a_case_is_found_in_the_unit_it_was_assigned_to(inbox_on_both):
    inbox = inbox_on_both
    with inbox.database.write() as session:
        case = inbox.send(session, words="Ngập nước")
        there = {"unit": inbox.province.son, "officer": inbox.staff["son"]}
        inbox.act(session, case, "assign", by="ha", who="head", data=there)
        assert found(session, "ngập", units=[inbox.province.hung]) == []
        assert found(session, "ngập", units=[inbox.province.son]) == [case.id]


def test_the_index_made_again_is_the_one_that_was_kept_in_step(inbox_on_both):
    inbox = inbox_on_both
    with inbox.database.write() as session:
        for n in range(5):
            case = inbox.send(session, words=f"Phản ánh thứ {n}: đường hỏng")
            inbox.act(session, case, "accept")
            inbox.act(session, case, "draft", words="Đã sửa đường", role="reply")
        kept = index_of(session)
        assert len(kept) == 5
        session.execute(text("DELETE FROM feedback_search"))
        assert search.reindex(session) == 5
        assert index_of(session) == kept


def test_what_is_typed_is_never_a_command_to_the_index(inbox_on_both):
    with inbox_on_both.database.write() as session:
        case = inbox_on_both.send(session, words="near and or not exact folded unit")
        for typed in ("NEAR(a b)", "a OR b", "exact : x", "' | 'x", "a & b", "!x", "@3", "^a"):
            found(session, typed)
        assert found(session, "near AND or NOT") == [case.id]
        assert found(session, f"unit u{case.unit_id}") == found(session, f"@{case.unit_id}") == []


def test_every_letter_is_found_by_its_fold(inbox_on_both):
    letters = "ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
    with inbox_on_both.database.write() as session:
        ids = [
            inbox_on_both.send(session, words=f"x{one}x {n}").id for n, one in enumerate(letters)
        ]
        for one, case_id in zip(letters, ids, strict=True):
            assert found(session, f"x{one}x")[0] == case_id
            assert case_id in found(session, f"x{fold(one)}x")
            assert case_id in found(session, f"X{one.upper()}X")


def test_words_of_a_text_are_letters_marks_and_figures():
    assert words_of("Hồ-sơ số 12/A, “đất”… 👍") == ["hồ", "sơ", "số", "12", "a", "đất"]
    assert words_of("ŏ́ng") == ["ŏ́ng"]


def test_a_very_long_text_is_indexed_and_found(inbox_on_both):
    with inbox_on_both.database.write() as session:
        case = inbox_on_both.send(session, words=" ".join(f"từ{n}" for n in range(20_000)))
        assert found(session, "từ14000") == [case.id]
        inbox_on_both.act(session, case, "accept")
        inbox_on_both.act(session, case, "draft", words="dài " * 3000 + "cuối", role="reply")
        assert found(session, "cuối") == [case.id]
