"""Drafts of questionnaires as files: what is saved, kept, undone, and never written over unseen."""

import stat

import pytest

from questionnaires import load, shipped
from survey.errors import InputFault
from survey.fieldwork import drafts
from survey.fieldwork.catalogue import FormFaulty
from survey.fieldwork.publishing import FormNotPublished, publish
from tests.fieldwork.places import JULY

NAME = "quay@1"
SHORT = shipped()["one-stop-ward@1"].read_text("utf-8")


def test_a_draft_is_saved_read_and_listed(tmp_path):
    made = drafts.write_draft(tmp_path, NAME, "form = 1\r\n", expected=None)
    assert made.text == "form = 1\n"
    assert drafts.read_draft(tmp_path, NAME) == made
    assert drafts.draft_names(tmp_path) == [NAME]
    file = tmp_path / "questionnaires" / "quay@1.toml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_nobody_writes_over_what_they_have_not_seen(tmp_path):
    """Both read the first text; the second to save is told, with what the first saved."""
    first = drafts.write_draft(tmp_path, NAME, "a = 1", expected=None)
    theirs = drafts.write_draft(tmp_path, NAME, "a = 2", expected=first.sha256)
    with pytest.raises(drafts.DraftChanged) as told:
        drafts.write_draft(tmp_path, NAME, "a = 3", expected=first.sha256)
    assert told.value.current == theirs == drafts.read_draft(tmp_path, NAME)
    with pytest.raises(drafts.DraftChanged):
        drafts.write_draft(tmp_path, NAME, "a = 3", expected=None)
    with pytest.raises(drafts.DraftChanged):
        drafts.remove_draft(tmp_path, NAME, expected=first.sha256)


def test_each_save_is_undone_and_done_again(tmp_path):
    one = drafts.write_draft(tmp_path, NAME, "a = 1", expected=None)
    two = drafts.write_draft(tmp_path, NAME, "a = 2", expected=one.sha256)
    three = drafts.write_draft(tmp_path, NAME, "a = 3", expected=two.sha256)
    assert drafts.steps(tmp_path, NAME) == drafts.Steps(back=2, again=0)
    assert drafts.undo_draft(tmp_path, NAME, expected=three.sha256).text == "a = 2\n"
    assert drafts.undo_draft(tmp_path, NAME, expected=two.sha256).text == "a = 1\n"
    with pytest.raises(drafts.DraftUnknown):
        drafts.undo_draft(tmp_path, NAME, expected=one.sha256)
    assert drafts.redo_draft(tmp_path, NAME, expected=one.sha256).text == "a = 2\n"
    assert drafts.steps(tmp_path, NAME) == drafts.Steps(back=1, again=1)
    drafts.write_draft(tmp_path, NAME, "a = 4", expected=two.sha256)
    assert drafts.steps(tmp_path, NAME) == drafts.Steps(back=2, again=0)


def test_saving_the_same_again_is_no_step(tmp_path):
    one = drafts.write_draft(tmp_path, NAME, "a = 1", expected=None)
    assert drafts.write_draft(tmp_path, NAME, "a = 1\n\n", expected=one.sha256) == one
    assert drafts.steps(tmp_path, NAME).back == 0


def test_only_the_last_hundred_texts_are_kept(tmp_path):
    draft = drafts.write_draft(tmp_path, NAME, "a = 0", expected=None)
    for number in range(1, 130):
        draft = drafts.write_draft(tmp_path, NAME, f"a = {number}", expected=draft.sha256)
    assert drafts.steps(tmp_path, NAME).back == drafts.KEPT
    assert drafts.undo_draft(tmp_path, NAME, expected=draft.sha256).text == "a = 128\n"


def test_a_removed_draft_is_had_back(tmp_path):
    one = drafts.write_draft(tmp_path, NAME, "a = 1", expected=None)
    drafts.remove_draft(tmp_path, NAME, expected=one.sha256)
    assert (drafts.draft_names(tmp_path), drafts.removed_names(tmp_path)) == ([], [NAME])
    assert drafts.last_text(tmp_path, NAME) == "a = 1\n"
    with pytest.raises(drafts.DraftUnknown):
        drafts.read_draft(tmp_path, NAME)
    assert drafts.undo_draft(tmp_path, NAME, expected=None) == drafts.read_draft(tmp_path, NAME)
    assert drafts.removed_names(tmp_path) == []


def test_a_draft_begun_again_is_not_undone_to_the_one_removed_before(tmp_path):
    one = drafts.write_draft(tmp_path, NAME, "a = 1", expected=None)
    drafts.remove_draft(tmp_path, NAME, expected=one.sha256)
    drafts.write_draft(tmp_path, NAME, "a = 2", expected=None)
    assert drafts.steps(tmp_path, NAME).back == 0


@pytest.mark.parametrize(
    "name", ["../x@1", "a/b@1", "a@0", "a@128", "A@1", "a", ".a@1", "a@1\n", "a@1.toml", ""]
)
def test_a_name_never_leads_elsewhere(tmp_path, name):
    with pytest.raises(InputFault):
        drafts.write_draft(tmp_path, name, "a = 1", expected=None)
    with pytest.raises(drafts.DraftUnknown):
        drafts.read_draft(tmp_path, name)
    assert list(tmp_path.rglob("*.toml")) == []


def test_what_is_too_large_or_no_text_is_told(tmp_path):
    with pytest.raises(drafts.DraftTooLarge):
        drafts.write_draft(tmp_path, NAME, "#" * drafts.LARGEST, expected=None)
    drafts.write_draft(tmp_path, NAME, "a = 1", expected=None)
    (tmp_path / "questionnaires" / "quay@1.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(FormFaulty) as told:
        drafts.read_draft(tmp_path, NAME)
    assert "UTF-8" in told.value.faults[0]


def test_a_form_is_looked_at_in_any_state(kept, tmp_path):
    """The draft before what was published, what was published before the file."""
    with kept.write() as session:
        form, state = drafts.form_to_look_at(session, tmp_path, "one-stop-ward@1")
        assert (form.name, state) == ("one-stop-ward@1", "shipped")
        publish(session, load("one-stop-ward@1"), by="command", now=JULY)
        assert drafts.form_to_look_at(session, tmp_path, "one-stop-ward@1")[1] == "published"
        text = SHORT.replace("version = 1", "version = 2", 1)
        drafts.write_draft(tmp_path, "one-stop-ward@2", text, expected=None)
        form, state = drafts.form_to_look_at(session, tmp_path, "one-stop-ward@2")
        assert (form.version, state) == (2, "draft")
        with pytest.raises(FormNotPublished):
            drafts.form_to_look_at(session, tmp_path, "no-such@1")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (SHORT.replace('paging = "screens"', 'paging = "pages"'), 10),
        (SHORT + "\nnonsense", len(SHORT.splitlines()) + 2),
        (".".join(["a"] * 5000) + " = 1", 1),
        ("[" * 3000, 1),
    ],
)
def test_a_faulty_draft_is_told_by_line(kept, tmp_path, text, line):
    drafts.write_draft(tmp_path, NAME, text, expected=None)
    with kept.read() as session, pytest.raises(FormFaulty) as told:
        drafts.form_to_look_at(session, tmp_path, NAME)
    assert told.value.faults[0].startswith(f"quay@1:{line}:")
