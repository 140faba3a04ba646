"""Pictures are shown and sounds played on the citizen's page, from addresses made of their hash."""

import re
from pathlib import Path

import pytest
from sqlalchemy import delete

import questionnaires
from survey.fieldwork.media import file
from survey.fieldwork.publishing import publish
from survey.fieldwork.tables import FormMedia, Round
from tests.fieldwork import drawn
from tests.fieldwork.places import JULY
from tests.respond.citizen import ROUND, Citizen
from tests.respond.robot import ask

FORM = Path(__file__).parents[1] / "questionnaires" / "feature_forms" / "private.toml"
SOURCE = re.compile(r'src="(/m/[^"]+)"')


@pytest.fixture
def address(app, poster):
    return ask(app.extensions["sipas.database"], questionnaires.load(FORM))


def page(app, address: str, language: str = "vi") -> Citizen:
    citizen = Citizen(app)
    citizen.open(f"{address}?lang={language}")
    citizen.press()
    return citizen


@pytest.mark.parametrize(
    ("language", "words", "listen"),
    [
        ("vi", "Phòng chờ có ghế dài", "Nghe: Ông/Bà có chờ trong phòng này không?"),
        ("en", "A waiting room with benches", "Listen: Did you wait in this room?"),
    ],
)
def test_a_question_shows_its_picture_and_plays_its_sound_in_the_language(
    app, address, language, words, listen
):
    text = page(app, address, language).text
    files = drawn.files_for(questionnaires.load(FORM))
    picture, sound = files["room.png"], files[f"room.{language}.mp3"]
    assert f'<img class="app-media__picture" src="/m/{picture.sha256}.png" alt="{words}"' in text
    assert f'width="{picture.size[0]}" height="{picture.size[1]}"' in text
    assert f'preload="none" src="/m/{sound.sha256}.mp3" aria-label="{listen}"' in text


def test_a_file_is_served_with_its_type_for_good_and_in_parts(app, client, address):
    image, sound = SOURCE.findall(page(app, address).text)
    answer = client.get(image)
    assert answer.mimetype == "image/png" and answer.data.startswith(b"\x89PNG")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    again = client.get(image, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    part = client.get(sound, headers={"Range": "bytes=0-1"})
    assert (part.status_code, part.data, part.mimetype) == (206, b"\xff\xfb", "audio/mpeg")
    assert part.headers["Content-Range"].startswith("bytes 0-1/")


def test_an_address_of_no_file_or_of_another_kind_leads_nowhere(app, client, address):
    image = SOURCE.findall(page(app, address).text)[0]
    for wrong in (image.replace(".png", ".svg"), image.replace(".png", ".html"), "/m/0.png"):
        assert client.get(wrong).status_code == 404


def test_a_form_whose_picture_is_lost_says_its_words_and_is_answered(app, address):
    with app.extensions["sipas.database"].write() as session:
        session.execute(delete(FormMedia))
    citizen = page(app, address)
    assert "<img" not in citizen.text and "<audio" not in citizen.text
    assert "Hình: Phòng chờ có ghế dài" in citizen.text
    assert citizen.press(room="1", sex="0", ill="0").status_code == 200


def test_a_drawing_is_served_so_that_it_can_run_nothing(app, client, poster):
    form = questionnaires.parse(
        FORM.read_text(encoding="utf-8").replace("room.png", "room.svg"), "private.toml"
    )
    files = drawn.files_for(form) | {"room.svg": file("room.svg", drawn.SVG)}
    with app.extensions["sipas.database"].write() as session:
        publish(session, form, by="command", now=JULY, confirmed=True, files=files)
        session.get_one(Round, ROUND).questionnaire = form.name
    answer = client.get(SOURCE.findall(page(app, f"/r/{ROUND}").text)[0])
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
