"""Whatever is in a file: it is told by line, rule and remedy, within 256 MiB and 10 s of work."""

import copy
import json
import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import questionnaires
from questionnaires import QuestionnaireError
from questionnaires.lint import lint_file
from tests.measured import sipas
from tests.questionnaires.at_hand import EVERY

GOOD = [path.read_bytes() for path in [Path(__file__).parent / "good.toml", *EVERY.values()]]
MEBIBYTES, SECONDS = 256, 10
LINE = re.compile(r"^(Errors|Warnings): \d+$|^.+:\d+ .+: .+ — .+\.$|^$")
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.dates(date(1, 1, 1)),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(["", "a" * 5000, "<b>", "{q1}", "q1 ==", "not " * 90, "((" * 30, "\x7f"]),
    st.just([]),
    st.just({}),
    st.lists(st.integers(0, 9), max_size=3),
)


def told(path: Path) -> None:
    """The linter finds what is wrong; the loader refuses what the linter says no form can be."""
    found = lint_file(path)
    for one in found:
        assert one.file == str(path) and one.line >= 1 and one.what and one.remedy
        assert one.rule.id != "refused", str(one)
    try:
        form = questionnaires.load(path)
    except QuestionnaireError as error:
        assert all(problem.file == str(path) and problem.remedy for problem in error.problems)
        assert [one for one in found if one.severity == "error"]
    else:
        assert questionnaires.from_canonical(questionnaires.canonical(form)) == form


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("hostile") / "form.toml"


@settings(max_examples=300)
@given(st.data())
def test_a_file_with_changed_bytes_is_told(file, data):
    content = bytearray(data.draw(st.sampled_from(GOOD)))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, max(0, len(content) - 1)))
        length = data.draw(st.integers(0, 40))
        content[at : at + length] = data.draw(st.binary(max_size=8))
    encoding = data.draw(st.sampled_from(["", "", "", "utf-16", "cp1258", "utf-8-sig"]))
    changed = bytes(content)
    if encoding:
        changed = changed.decode("utf-8", "replace").encode(encoding, "replace")
    file.write_bytes(changed)
    told(file)


def places(value, path=()):
    """Every place inside a table, as the keys that lead to it."""
    held = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in held:
        yield (*path, key)
        if isinstance(one, dict | list):
            yield from places(one, (*path, key))


def changed(data, table):
    """A table with something in it deleted, doubled, replaced, renamed or put deeper."""
    *path, key = data.draw(st.sampled_from(list(places(table))))
    holder = table
    for step in path:
        holder = holder[step]
    match data.draw(st.sampled_from(["delete", "double", "odd", "name", "deep", "swap"])):
        case "delete":
            del holder[key]
        case "double" if isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[key]))
        case "odd":
            holder[key] = data.draw(ODD)
        case "name" if isinstance(holder, dict):
            holder[data.draw(st.sampled_from(["", "id", "kind", "a.b", "đ", "vi"]))] = holder[key]
        case "deep":
            for _ in range(data.draw(st.sampled_from([1, 2, 45]))):
                holder[key] = data.draw(st.sampled_from([[holder[key]], {"vi": holder[key]}]))
        case "swap":
            other = data.draw(st.sampled_from(list(places(table))))[-1]
            if isinstance(holder, dict):
                holder[other if isinstance(other, str) else "text"] = holder.pop(key)
    return table


def toml(value) -> str:
    """A value as TOML, its tables in braces."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return {"inf": "inf", "-inf": "-inf", "nan": "nan"}.get(str(value), repr(value))
    if isinstance(value, date):
        return value.isoformat()
    return quoted(value) if isinstance(value, str) else str(value)


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=True).replace("\x7f", "\\u007f")


@settings(max_examples=400)
@given(st.data())
def test_a_form_with_changed_keys_values_and_depths_is_told(file, data):
    table = tomllib.loads(data.draw(st.sampled_from(GOOD)).decode())
    for _ in range(data.draw(st.integers(1, 4))):
        if table:
            table = changed(data, table)
    lines = [f"{quoted(key)} = {toml(value)}" for key, value in table.items()]
    file.write_text("\n".join(lines), encoding="utf-8")
    told(file)


HOSTILE = {
    "a label of 10 MB": b'title.vi = "' + b"a" * 10_000_000 + b'"',
    "a label of 3 MB": GOOD[0].replace(b'"Age"', b'"' + b"a " * 1_500_000 + b'"'),
    "nothing": b"",
    "NUL": b"\x00" * 100_000,
    "not text": bytes(range(256)) * 400,
    "UTF-16": GOOD[0].decode().encode("utf-16"),
    "control characters": GOOD[0].replace(b"Age", b"A\x07ge"),
    "lists in lists": b"a = " + b"[" * 1_000_000,
    "tables in tables": b"a = " + b"{b = " * 30_000,
    "a key of 20,000 parts": b"a" + b".a" * 20_000 + b" = 1",
    "keys of 39 parts": b"\n".join(b"a%d" % n + b".a" * 38 + b" = 1" for n in range(3_100)),
    "headers of 39 parts": b"\n".join(b"[a%d" % n + b".a" * 38 + b"]" for n in range(3_100)),
    "too many headers": b"\n".join(b"[a%d" % n + b".a" * 38 + b"]" for n in range(9_000)),
    "keys of 4 parts": b"\n".join(b"a%d.b.c.d = 1" % n for n in range(39_000)),
    "tables in a list": b"a = [" + b"{b = 1, c = 2}, " * 49_000 + b"]",
    "99,000 tables": b"[[a]]\n" * 99_000,
    "99,000 keys": b"\n".join(b"a%d = 1" % n for n in range(99_000)),
    "99,000 blank lines": b"\n" * 99_000,
    "30,000 screens": b'[[screens]]\nid = "a"\n' * 30_000,
    "a list of 200,000": b"a = [" + b"1," * 200_000 + b"]",
    "a great number": b"version = " + b"9" * 1_000_000,
    "a condition of 1 MB": GOOD[0] + b'\n[x]\nshow_when = "' + b"not " * 250_000 + b'"',
    "quotes": b'a = "' + b'\\"' * 1_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_told_within_its_limits(tmp_path, name):
    path = tmp_path / "form.toml"
    path.write_bytes(HOSTILE[name])
    out = linted(path)
    assert all(LINE.match(line) for line in out.split("\n")), out[:2000]
    assert out.startswith("Errors: ")


def test_a_file_without_an_end_is_refused(tmp_path):
    path = tmp_path / "form.toml"
    path.symlink_to("/dev/zero")
    assert "it is too large: more than 4 MB." in linted(path)


def linted(path: Path) -> str:
    """What the command says in a process of its own, which is ended when it works too long."""
    done = sipas("questionnaire", "lint", path, seconds=SECONDS)
    assert (done.code, done.complaints) == (1, "")
    assert done.kibibytes <= MEBIBYTES * 1024
    return done.said
