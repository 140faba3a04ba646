"""The interface is complete in Vietnamese and English, and says the same names in both."""

import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "translations"
KEYWORDS = ("-k", "_l", "-k", "lazy_gettext")
NAMES = re.compile(r"%\((\w+)\)[sd]")


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Catalog:
    """The messages that the code has now."""
    path = tmp_path_factory.mktemp("words") / "messages.pot"
    subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F",
         FOLDER / "babel.cfg", *KEYWORDS, "-o", path, "."],
        cwd=ROOT, check=True,
    )  # fmt: skip
    with path.open("rb") as file:
        return read_po(file)


def catalog(language: str) -> Catalog:
    with (FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def ids(catalog: Catalog) -> set[str]:
    return {m.id if isinstance(m.id, str) else m.id[0] for m in catalog if m.id}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_message_of_the_code_is_in_the_catalog_and_no_other(template, language):
    assert ids(template) - ids(catalog(language)) == set()
    assert ids(catalog(language)) - ids(template) == set()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_message_is_empty_or_unsure(language):
    bad = []
    for message in catalog(language):
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and (message.fuzzy or not all(texts)):
            bad.append(message.id)
    assert bad == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_translations_name_the_same_values(language):
    bad = []
    for message in catalog(language):
        if not message.id:
            continue
        wanted = set(NAMES.findall(message.id if isinstance(message.id, str) else message.id[1]))
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        if any(not set(NAMES.findall(text)) <= wanted for text in texts):
            bad.append(message.id)
        if isinstance(message.id, str) and set(NAMES.findall(message.string)) != wanted:
            bad.append(message.id)
    assert bad == []


def test_vietnamese_is_in_one_normal_form_and_is_not_english():
    for message in catalog("vi"):
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(unicodedata.is_normalized("NFC", text) for text in texts)
    words = [m for m in catalog("vi") if isinstance(m.id, str) and len(m.id.split()) > 3]
    assert [m.id for m in words if m.id == m.string] == []
