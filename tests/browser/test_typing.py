"""Somebody types Vietnamese on the screen: by Telex, by VNI, or by keys that carry the marks."""

import json
import re
import unicodedata
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Browser, Page

from tests.browser.shipped import beside_the_files
from translations import FOLDER

pytestmark = pytest.mark.browser
VECTORS = json.loads((Path(__file__).parent / "typing_vectors.json").read_text(encoding="utf-8"))
TONES = {"\u0301": "s1", "\u0300": "f2", "\u0309": "r3", "\u0303": "x4", "\u0323": "j5"}
MARKS = {"ă": ("aw", "a8"), "â": ("aa", "a6"), "ê": ("ee", "e6"), "ô": ("oo", "o6")} | {
    "ơ": ("ow", "o7"),
    "ư": ("uw", "u7"),
    "đ": ("dd", "d9"),
}
METHODS = ("telex", "vni")
TYPE = """async ([method, words]) => {
  const { press } = await import(`/js/typing/${method}.js`);
  const typed = (keys) => {
    let done = "", state = { word: "", plain: false };
    for (const key of keys) {
      state = press(state, key);
      if (state.passed !== undefined) { done += state.passed; state = { word: "", plain: false }; }
    }
    return done + state.word;
  };
  return words.map(typed);
}"""
WIPE = """async (words) => {
  const { drop } = await import("/js/typing/composer.js");
  return words.map((word) => {
    const seen = [];
    for (let state = { word, plain: false }; state.word; seen.push(state.word)) state = drop(state);
    return seen;
  });
}"""


@pytest.fixture
def page(browser: Browser):
    """An empty page beside the modules as they are shipped."""
    page = browser.new_page()
    beside_the_files(page, "<body><p>")
    yield page
    page.close()


def letters() -> list[str]:
    """The 134 letters of Vietnamese that no English keyboard has."""
    plain = ["a", "e", "i", "o", "u", "y"]
    marked = [letter for letter in MARKS if letter != "đ"]
    toned = [unicodedata.normalize("NFC", v + tone) for v in plain + marked for tone in TONES]
    small = [*toned, *marked, "đ"]
    return [*small, *(letter.upper() for letter in small)]


def parts(letter: str) -> tuple[str, str]:
    """A letter without its tone, and the tone."""
    taken = unicodedata.normalize("NFD", letter)
    tone = next((mark for mark in TONES if mark in taken), "")
    return unicodedata.normalize("NFC", taken.replace(tone, "") if tone else taken), tone


def keys_of(word: str, method: str, *, tone_last: bool) -> str:
    """How a hand types a word: each mark behind its letter, the tone there too or at the end."""
    at = METHODS.index(method)
    keys, last = "", ""
    for letter in word:
        base, tone = parts(letter)
        typed = MARKS.get(base.lower(), (base, base))[at]
        keys += typed.upper() if base != base.lower() else typed
        key = TONES[tone][at] if tone else ""
        keys += "" if tone_last else key
        last = key if tone_last and key else last
    return keys + last


def words_of_the_product() -> list[str]:
    """Every Vietnamese word of the interface whose syllable stands alone."""
    with (Path(FOLDER) / "vi" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalog = read_po(file, locale="vi")
    text = " ".join(
        part
        for message in catalog
        for part in (message.string if isinstance(message.string, tuple) else [message.string])
    )
    found = sorted(set(re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", text))))
    return [word for word in found if word.lower() != without_marks(word.lower())]


def without_marks(word: str) -> str:
    taken = unicodedata.normalize("NFD", word.replace("đ", "d"))
    return "".join(letter for letter in taken if not unicodedata.combining(letter))


def type_all(page: Page, method: str, keys: list[str]) -> list[str]:
    found: list[str] = page.evaluate(TYPE, [method, keys])
    return found


@pytest.mark.parametrize("method", METHODS)
def test_the_cases_of_the_shared_file(page, method):
    cases = VECTORS[method]
    assert dict(zip(cases, type_all(page, method, list(cases)), strict=True)) == cases


@pytest.mark.parametrize("method", METHODS)
def test_each_of_the_134_letters_can_be_written(page, method):
    wanted = letters()
    assert len(set(wanted)) == 134
    keys = [keys_of(letter, method, tone_last=False) for letter in wanted]
    typed = type_all(page, method, keys)
    assert typed == wanted
    assert all(unicodedata.is_normalized("NFC", letter) for letter in typed)


@pytest.mark.parametrize("tone_last", [False, True], ids=["tone at its letter", "tone last"])
@pytest.mark.parametrize("method", METHODS)
def test_every_word_of_the_interface_comes_out_as_it_is_written(page, method, tone_last):
    words = words_of_the_product()
    assert len(words) > 600
    typed = type_all(page, method, [keys_of(w, method, tone_last=tone_last) for w in words])
    wrong = [(w, t) for w, t in zip(words, typed, strict=True) if w != t and not modern(w)]
    assert wrong == []


def modern(word: str) -> bool:
    """Whether a word has its tone on the last letter of oa, oe, uy, unlike the keyboard."""
    bare = "".join(parts(letter)[0] for letter in word.lower())
    return bool(re.search(r"(oa|oe|[^q]uy)$", bare)) and bool(parts(word[-1])[1])


@pytest.mark.parametrize("method", METHODS)
def test_a_mark_asked_for_twice_is_taken_back_and_its_key_stands(page, method):
    at = METHODS.index(method)
    keys, wanted = [], []
    for tone in TONES.values():
        keys.append(f"ba{tone[at]}{tone[at]}")
        wanted.append(f"ba{tone[at]}")
    for typed in MARKS.values():
        keys.append(typed[at] + typed[at][1])
        wanted.append(typed[at])
    assert type_all(page, method, keys) == wanted


def test_going_back_takes_letter_by_letter_and_the_tone_moves_to_its_place(page):
    assert page.evaluate(WIPE, ["hoành", "được", "ĐẶT", "người", "test"]) == [
        ["hoàn", "hòa", "hò", "h", ""],
        ["đượ", "đự", "đ", ""],
        ["ĐẶ", "Đ", ""],
        ["ngườ", "ngừ", "ng", "n", ""],
        ["tes", "te", "t", ""],
    ]
