"""Pictures and sounds: known by content, refused where unsafe, frozen with their form."""

import pytest
from sqlalchemy import delete, select

from survey.errors import Conflict
from survey.fieldwork import media
from survey.fieldwork.media import MediaFault, file
from survey.fieldwork.media_kinds import kind_of, size_of, unsafe_in_svg
from survey.fieldwork.publishing import publish, published
from survey.fieldwork.tables import FormMedia, PublishedForm
from tests.fieldwork import drawn
from tests.fieldwork.places import JULY
from tests.questionnaires.written import HEAD, asked, form, screen, words

PICTURE = 'picture = "room.png"\n' + words("picture_alt", "Phòng chờ", "The waiting room")
SOUND = words("audio", "room.vi.mp3", "room.en.mp3")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">%s</svg>'


def seen(head: str = HEAD, more: str = ""):
    """A form with one question that has a picture and a sound."""
    return form(screen("only", asked("room", "yesno", PICTURE + SOUND + more)), head=head)


@pytest.mark.parametrize("kind", drawn.MADE)
def test_a_file_is_known_by_its_content_and_not_by_its_name(kind):
    assert kind_of(drawn.MADE[kind]()) == kind
    assert file(f"a.{kind}", drawn.MADE[kind]()).kind == kind
    other = "png" if kind != "png" else "jpg"
    with pytest.raises(MediaFault, match=f"its content is {kind}"):
        file(f"a.{other}", drawn.MADE[kind]())


@pytest.mark.parametrize(
    "content", [b"", b"MZ", b"<html>", b"%PDF-1.7", b"GIF89a", b"\xff\xff\xff"]
)
def test_what_is_neither_picture_nor_sound_is_refused_whatever_it_is_called(content):
    for name in ("a.png", "a.mp3"):
        with pytest.raises(MediaFault, match="its content is none of png, jpg"):
            file(name, content)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (drawn.png(300, 200), "png"),
        (drawn.jpeg(300, 200), "jpg"),
        *((drawn.webp(300, 200, name), "webp") for name in (b"VP8 ", b"VP8L", b"VP8X")),
        (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0,0 300,200"/>', "svg"),
    ],
)
def test_the_size_of_a_picture_is_read_so_that_a_page_keeps_its_place(content, kind):
    assert size_of(content, kind) == (300, 200)


def test_a_picture_without_a_size_or_of_absurd_size_is_refused():
    for content in (drawn.png()[:15], drawn.png(0, 0), b"\xff\xd8\xff\xd9"):
        with pytest.raises(MediaFault, match="width and height"):
            file(f"a.{kind_of(content)}", content)
    with pytest.raises(MediaFault, match="at most 4096"):
        file("a.png", drawn.png(4097, 1))


@pytest.mark.parametrize(
    ("inside", "what"),
    [
        (b"<script>1</script>", "<script>"),
        (b"<foreignObject/>", "<foreignObject>"),
        (b'<rect onclick="1"/>', "onclick"),
        (b'<use href="https://example.org/a.svg#b"/>', "href"),
        (b'<rect style="fill: url(https://example.org)"/>', "style"),
        (b"<style>@import 'a.css';</style>", "<style>"),
        (b'<animate attributeName="href"/>', "<animate>"),
        (b'<a href="#b"/>', "<a>"),
        (b"<p>", "XML"),
    ],
)
def test_a_drawing_that_could_do_more_than_be_seen_is_refused(inside, what):
    assert unsafe_in_svg(SVG % inside) == what
    with pytest.raises(MediaFault, match="the drawing holds"):
        file("a.svg", SVG % inside)


def test_a_drawing_with_entities_or_a_style_sheet_of_elsewhere_is_refused_and_none_is_followed():
    bomb = b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    assert unsafe_in_svg(bomb + SVG % b"<text>&a;</text>") == "<!DOCTYPE>"
    assert unsafe_in_svg(b"<?xml-stylesheet href='a.css'?>" + SVG % b"") == "<?xml-stylesheet?>"
    assert unsafe_in_svg(SVG % b'<g fill="url(#a)"><!-- plain --><use href="#b"/></g>') == ""


def test_a_picture_may_have_300_kb_and_a_sound_2_mb():
    assert file("a.mp3", drawn.mp3(4000)).size is None
    with pytest.raises(MediaFault, match="larger than 2000 kB"):
        file("a.mp3", drawn.mp3(5000))
    with pytest.raises(MediaFault, match="larger than 300 kB"):
        file("a.png", drawn.png(400, 400, noise=True))


def test_everything_wrong_in_a_folder_is_told_at_once(tmp_path):
    (tmp_path / "room.png").write_bytes(drawn.jpeg())
    (tmp_path / "room.en.mp3").write_bytes(drawn.mp3())
    with pytest.raises(MediaFault) as fault:
        media.gather(seen(), tmp_path)
    assert len(fault.value.faults) == 2
    assert fault.value.faults[0].startswith("room.png (question room): its content is jpg")
    assert fault.value.faults[1].startswith("room.vi.mp3 (question room): there is no such file")
    assert str(tmp_path) in fault.value.faults[1]


def test_a_page_with_heavy_pictures_is_told_and_a_light_one_is_not():
    heavy = {"room.png": file("room.png", drawn.png(150, 150, noise=True))}
    (told,) = media.heavy_pages(seen(), heavy)
    assert told.startswith("only: its pictures weigh 68 kB")
    one_page = seen(HEAD.replace("screens", "one-page"))
    assert media.heavy_pages(one_page, heavy)[0].startswith("small@1: ")
    assert media.heavy_pages(seen(), drawn.files_for(seen())) == []


def test_a_form_is_published_with_its_files_or_not_at_all(kept):
    questionnaire = seen()
    files = drawn.files_for(questionnaire)
    with kept.write() as session:
        short = {name: found for name, found in files.items() if name != "room.en.mp3"}
        with pytest.raises(MediaFault, match=r"room\.en\.mp3: there is no such file"):
            publish(session, questionnaire, by="command", now=JULY, files=short)
        assert session.get(PublishedForm, "small@1") is None
        publish(session, questionnaire, by="command", now=JULY, files=files)
    with kept.read() as session:
        rows = media.frozen(session, published(session, "small@1"))
        assert {row.name: row.sha256 for row in rows} == {n: f.sha256 for n, f in files.items()}
        picture = files["room.png"]
        assert media.content_of(session, picture.sha256, "png") == picture.content
        assert media.content_of(session, picture.sha256, "jpg") is None


def test_a_file_that_changes_later_changes_no_published_form(kept):
    questionnaire = seen()
    files = drawn.files_for(questionnaire)
    changed = {**files, "room.png": file("room.png", drawn.png(99, 99))}
    with kept.write() as session:
        publish(session, questionnaire, by="command", now=JULY, files=files)
        with pytest.raises(MediaFault, match=r"room\.png was published with another content"):
            publish(session, questionnaire, by="command", now=JULY, files=changed)
        publish(session, questionnaire, by="command", now=JULY)  # its files need not be there
        assert len(session.scalars(select(FormMedia)).all()) == 3
        other = seen(more='legal_basis = "Luật 91/2025/QH15"\n')
        with pytest.raises(Conflict, match="new version number"):
            publish(session, other, by="command", now=JULY, files=files)


def test_a_form_that_lost_a_file_still_works_and_takes_the_file_again(kept):
    questionnaire = seen()
    files = drawn.files_for(questionnaire)
    with kept.write() as session:
        publish(session, questionnaire, by="command", now=JULY, files=files)
        session.execute(delete(FormMedia).where(FormMedia.name == "room.png"))
        assert media.lost(session, published(session, "small@1")) == ["room.png"]
        publish(session, questionnaire, by="command", now=JULY)
        publish(session, questionnaire, by="command", now=JULY, files=files)
        assert media.lost(session, questionnaire) == []
