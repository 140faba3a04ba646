"""The code of a case: typed with slips, guessed at, and opened by whoever holds it."""

import threading
import time
import unicodedata
from itertools import islice
from random import Random
from statistics import median
from uuid import UUID

import pytest

from survey.crypto import ALPHABET
from survey.feedback.code import (
    LENGTH,
    SELECTOR,
    VERIFIER,
    Code,
    CodeMistyped,
    code_of,
    codes_of,
    read,
)
from survey.feedback.proving import fits, hashed
from survey.feedback.slips import check_letter, holds
from survey.feedback.turnstile import TooBusy, Turnstile

pytestmark = pytest.mark.usefixtures("real_hashes")

KEY = b"k" * 32
FORM = UUID("6f0d7e0e-6a7b-4d2b-9a58-1d3c1b1f2a33")
LIVE = 1_000_000
A_YEAR = 365.25 * 24 * 60  # minutes


@pytest.fixture(autouse=True)
def _language(app):
    with app.test_request_context("/f/status?lang=en"):
        yield


def some_code(seed: int) -> str:
    drawn = Random(seed)
    letters = "".join(drawn.choice(ALPHABET) for _ in range(SELECTOR + VERIFIER))
    return letters + check_letter(letters)


def why(text: str) -> str:
    with pytest.raises(CodeMistyped) as told:
        read(text)
    return str(told.value.detail)


def test_a_form_sent_twice_shows_the_same_code_and_another_form_another():
    assert code_of(KEY, FORM) == code_of(KEY, FORM)
    assert code_of(KEY, UUID(int=FORM.int + 1)) != code_of(KEY, FORM)
    assert code_of(b"x" * 32, FORM) != code_of(KEY, FORM)
    assert len({code.selector for code in islice(codes_of(KEY, FORM), 50)}) == 50


def test_a_code_is_three_groups_and_what_is_logged_of_it_proves_nothing():
    code = code_of(KEY, FORM)
    assert [len(group) for group in code.text.split("-")] == [5, 6, 6]
    assert set(code.text) <= {*ALPHABET, "-"}
    assert code.verifier not in repr(code)


@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        lambda text: text.replace("-", ""),
        lambda text: text.replace("-", " "),
        lambda text: "  ".join(text) + "\n",
        lambda text: text.replace("-", "–"),
        lambda text: text.replace("-", "−"),
        lambda text: text.replace("-", "\u00a0\u200b"),
        lambda text: "".join(chr(ord(c) + 0xFEE0) for c in text),
        lambda text: f"https://hailong.example/f/status#{text}",
    ],
)  # fmt: skip
def test_a_code_is_read_as_people_type_it(typed):
    code = code_of(KEY, FORM)
    assert read(typed(code.text)) == code


def test_letters_that_are_mistaken_for_others_are_named():
    text = code_of(KEY, FORM).text
    for letter in "01OoIiLlUu":
        told = why(letter + text[1:])
        assert f"“{letter.upper()}” at place 1" in told and "left out" in told
    assert "“*”" not in why(text[:-1] + "*") and "here are 16" in why(text[:-1] + "*")
    assert "“+” at place 17" in why(text[:-1] + "+")


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("letter", "ÂĂÁÊÝĐ")
def test_a_keyboard_that_writes_vietnamese_is_told_to_stop(letter, form):
    text = code_of(KEY, FORM).text
    told = why(unicodedata.normalize(form, letter + text[1:]))
    assert f"“{letter}” at place 1" in told and "switch Vietnamese typing off" in told


def test_too_few_too_many_and_none():
    text = code_of(KEY, FORM).text
    assert "here are 16" in why(text[:-1])
    assert "here are 18" in why(text + "A")
    assert "Please type the code" in why(" - ")
    assert "here are" in why("A" * 100_000)


def test_every_single_wrong_letter_is_told():
    for seed in range(20):
        letters = some_code(seed)
        for place in range(LENGTH):
            for letter in set(ALPHABET) - {letters[place]}:
                assert not holds(letters[:place] + letter + letters[place + 1 :])
    assert why("A" + some_code(0)[1:]) == "One letter is mistyped, or two have changed places."


def test_any_two_neighbours_that_changed_places_are_told():
    """Every pair of letters at every place, the check letter's among them."""
    drawn = Random(3)
    for place in range(LENGTH - 1):
        for first in ALPHABET:
            for second in set(ALPHABET) - {first}:
                letters = list(some_code(drawn.randrange(10_000)))
                letters[place], letters[place + 1] = first, second
                free = 0 if place > 1 else LENGTH - 1  # another letter makes the code right again
                whole = next(
                    one for letter in ALPHABET if holds(one := put(letters, free, letter))
                )  # fmt: skip
                assert not holds(
                    whole[:place] + whole[place + 1] + whole[place] + whole[place + 2 :]
                )


def put(letters: list[str], place: int, letter: str) -> str:
    return "".join([*letters[:place], letter, *letters[place + 1 :]])


def test_what_is_stored_opens_for_its_verifier_alone():
    code = code_of(KEY, FORM)
    stored = hashed(code.verifier)
    assert code.verifier not in stored and stored != hashed(code.verifier)
    assert fits(stored, code.verifier)
    assert not fits(stored, code.verifier[:-1] + ("A" if code.verifier[-1] != "A" else "B"))


def test_no_code_opens_a_case_that_is_not_there():
    assert not fits(None, ALPHABET[-VERIFIER:]), "not even the one whose hash is looked at then"
    assert not fits(None, code_of(KEY, FORM).verifier)


def test_an_unknown_case_and_a_wrong_proof_take_the_same_time():
    stored, taken = hashed("A" * VERIFIER), {"unknown": [], "wrong": []}
    fits(None, "B" * VERIFIER)
    for _ in range(15):
        for name, of in (("unknown", None), ("wrong", stored)):
            started = time.thread_time()
            fits(of, "B" * VERIFIER)
            taken[name].append(time.thread_time() - started)
    unknown, wrong = median(taken["unknown"]), median(taken["wrong"])
    assert abs(unknown - wrong) < 0.25 * wrong


def test_guessing_takes_longer_than_a_thousand_years():
    """At 1,000 guesses a minute against a million live codes; also by who knows all selectors."""
    blind = len(ALPHABET) ** (SELECTOR + VERIFIER) / LIVE
    knowing = len(ALPHABET) ** VERIFIER  # one verifier at each selector
    assert blind / 1_000 / A_YEAR > 800_000_000
    assert knowing / 1_000 / A_YEAR > 33_000_000
    assert knowing > 2**50


def test_the_formula_of_guessing_is_what_happens_where_codes_are_short():
    """Of 30² codes 9 are live: a guess hits one in a hundred times, as space / live says."""
    drawn = Random(11)
    space = [first + second for first in ALPHABET for second in ALPHABET]
    tries = []
    for _ in range(2_000):
        live, n = set(drawn.sample(space, 9)), 1
        while drawn.choice(space) not in live:
            n += 1
        tries.append(n)
    expected = len(space) / 9
    assert sum(tries) / len(tries) == pytest.approx(expected, rel=4 / len(tries) ** 0.5)


def test_only_a_few_codes_are_looked_at_in_one_moment_and_the_rest_come_again():
    turnstile, inside, go = Turnstile(at_once=2, waiting=1), threading.Barrier(3), threading.Event()
    waited: list[str] = []

    def look() -> None:
        with turnstile.turn():
            inside.wait(10)
            go.wait(10)

    def wait() -> None:
        with turnstile.turn(patience=30):
            waited.append("got in")

    looking = [threading.Thread(target=look) for _ in range(2)]
    for thread in looking:
        thread.start()
    inside.wait(10)
    third = threading.Thread(target=wait)
    third.start()
    while turnstile._here._value:
        time.sleep(0.001)
    with pytest.raises(TooBusy), turnstile.turn():
        pass
    go.set()
    for thread in (*looking, third):
        thread.join(10)
    assert waited == ["got in"]
    with turnstile.turn():
        pass


def test_whose_turn_does_not_come_is_told_to_come_again():
    turnstile = Turnstile(at_once=1, waiting=3)
    with turnstile.turn(), pytest.raises(TooBusy) as told, turnstile.turn(patience=0.01):
        pass
    assert told.value.retry_after == 5
    with turnstile.turn():
        pass


def test_a_selector_is_shown_and_a_verifier_is_not_in_errors():
    code = Code("ABCDE", "FGHJKMNPQRS")
    assert "ABCDE" in repr(code) and "FGHJKMNPQRS" not in repr(code)
