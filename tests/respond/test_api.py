"""Devices send batches; each item is answered for itself, and a faulty one harms no other."""

import json
from contextlib import suppress
from hashlib import sha256
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.respond.batch import ITEM_BYTES, BatchNotJson, items
from survey.respond.tables import Intake, KeptForReview, Receipt, Traffic
from tests.respond.citizen import ROUND, prepared
from tests.respond.test_resends import submission

PATH = "/api/v1/responses"


@pytest.fixture
def device(app, at):
    """Sends raw bytes or texts as one batch."""
    prepared(app.extensions["sipas.database"])

    def send(*bodies, raw=None, headers=None, content_type="application/json"):
        data = raw if raw is not None else f"[{','.join(bodies)}]"
        return app.test_client().post(PATH, data=data, headers=headers, content_type=content_type)

    return send


def unfinished(**changes):
    body = {"id": str(uuid4()), "round": ROUND, "outcome": "timeout", "last_item": "q3"}
    return json.dumps(body | changes)


def test_an_item_is_acknowledged_by_its_id_and_the_hash_of_its_own_bytes(device, stored):
    body = submission()
    spaced = f"  [ {body}  ,\n\t {submission(seq=2)}]\n"
    first, second = device(raw=spaced).json
    assert first == {
        "id": json.loads(body)["id"],
        "sha256": sha256(body.encode()).hexdigest(),
        "state": "stored",
    }
    assert second["state"] == "stored"
    kept = {row["seq"]: row for row in stored(Intake)}
    assert kept[1]["answers"] == {f"q{n}": 4 for n in range(1, 10)}
    assert (kept[1]["mode"], kept[1]["device"]) == ("kiosk", "kiosk-1")


def test_the_same_bytes_again_are_already_there_and_others_are_kept_for_review(device, stored):
    body = submission()
    device(body)
    assert device(body).json[0]["state"] == "already"
    other = json.dumps(json.loads(body) | {"seconds": 12})
    answer = device(other).json[0]
    assert (answer["state"], answer["id"]) == ("kept-for-review", json.loads(body)["id"])
    [kept] = stored(KeptForReview)
    assert kept["body"] == other
    assert "used before" in kept["reason"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"answers": {"q1": 4}}, "answers.q2: is compulsory"),
        ({"answers": {f"q{n}": 6 for n in range(1, 10)}}, "answers.q1: 6 is not on its scale"),
        ({"answers": {"q10": 1}}, "answers.q10: one-stop-ward@1 has no such item"),
        ({"answers": {"q1": "4"}}, "answers.q1: write a code"),
        ({"answers": {"q1": True}}, "answers.q1: write a code"),
        ({"answers": [4]}, "answers: write an object"),
        ({"name": "Nguyễn Văn A"}, "name: unknown key"),
        ({"place": {"counter": "dong-hoi-1", "gps": "17.4,106.6"}}, "place.gps: unknown key"),
        ({"place": {"counter": "nowhere-1"}}, "place.counter: there is no such counter"),
        ({"place": {"agency": "nobody"}}, "place.agency: there is no such agency"),
        ({"place": {"residence": "99999"}}, "place.residence: there is no such commune"),
        ({"field": "astrology"}, "field: there is no such field"),
        ({"id": "1"}, "id: write a UUID"),
        ({"id": "6ba7b810-9dad-11d1-80b4-00c04fd430c8"}, "id: write a UUID"),
        ({"round": "other"}, "round: there is no such round"),
        ({"version": "one-stop-ward@9"}, "version: was never published"),
        ({"version": "sipas-2640@1"}, "version: the round asks one-stop-ward@1"),
        ({"mode": "post"}, "mode: the round has"),
        ({"mode": "fax"}, "mode: write one of"),
        ({"language": "fr"}, "language: the form has"),
        ({"assisted": 1}, "assisted: write true or false"),
        ({"seconds": -1}, "seconds: write a number"),
        ({"seq": 2**40}, "seq: write a whole number"),
        ({"device": "a\u0000b"}, "device: write a text"),
    ],
)
def test_a_faulty_item_is_kept_with_its_reason_and_the_next_one_is_stored(
    device, stored, changes, reason
):
    body = submission(**changes)
    bad, good = device(body, submission()).json
    assert (bad["state"], good["state"]) == ("kept-for-review", "stored")
    assert reason in bad["reason"]
    assert bad["sha256"] == sha256(body.encode()).hexdigest()
    [kept] = stored(KeptForReview)
    assert kept["body"] == body
    assert len(stored(Intake)) == 1


@pytest.mark.parametrize(
    "body",
    ["5", '"text"', "null", "[]", "{}", '{"id": 1, "id": 2}', '{"seconds": NaN}', "1" * 9000,
     '{"\\ud800": "\\u0000"}'],
)  # fmt: skip
def test_whatever_is_no_submission_is_kept_too(device, stored, body):
    for _ in range(2):
        assert device(body).json[0]["state"] == "kept-for-review"
    assert len(stored(KeptForReview)) == 1


def test_a_residence_and_a_missing_answer_written_as_0(device, stored):
    answers = {f"q{n}": 4 for n in range(1, 10)} | {"sex": 0, "age": 2}
    body = submission(answers=answers, place={"residence": "18880"}, field="ho-tich")
    assert device(body).json[0]["state"] == "stored"
    [kept] = stored(Intake)
    assert "sex" not in kept["answers"]
    assert kept["answers"]["age"] == 2
    assert kept["residence_id"] is not None
    assert kept["field"] == "ho-tich"


def test_an_unfinished_one_is_counted_once_and_keeps_no_answers(device, stored):
    body = unfinished(place={"counter": "dong-hoi-1"})
    assert device(body).json[0]["state"] == "stored"
    assert device(body).json[0]["state"] == "already"
    assert "answers: unknown key" in device(unfinished(answers={"q1": 1})).json[0]["reason"]
    [hour] = stored(Traffic)
    assert (hour["started"], hour["finished"]) == (1, 0)
    assert (hour["timed_out"], hour["given_up"]) == (1, 0)
    assert stored(Intake) == []
    assert len(stored(Receipt)) == 1
    device(submission())
    device(unfinished(place={"counter": "dong-hoi-1"}, outcome="exit"))
    [hour] = stored(Traffic)
    assert (hour["started"], hour["finished"]) == (3, 1)
    assert (hour["timed_out"], hour["given_up"]) == (1, 1)


def test_an_item_too_large_is_refused_and_its_neighbour_is_stored(device, stored):
    large = submission(device="x" * ITEM_BYTES)
    bad, good = device(large, submission()).json
    assert bad == {"id": None, "state": "refused", "reason": "larger than 65536 bytes"}
    assert good["state"] == "stored"
    assert stored(KeptForReview) == []


@pytest.mark.parametrize(
    ("raw", "content_type", "status"),
    [
        (b"{}", "application/json", 400),
        (b"", "application/json", 400),
        (b"[1,]", "application/json", 400),
        (b"[1 2]", "application/json", 400),
        (b"[1]]", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 200_000, "application/json", 400),
        (b"[]", "text/plain", 415),
        (b"[" + b"1," * 256 + b"1]", "application/json", 413),
        (b"[" + b" " * 20_000_000 + b"]", "application/json", 413),
    ],
)
def test_what_is_no_batch_is_refused_in_json(device, raw, content_type, status):
    answer = device(raw=raw, content_type=content_type)
    assert answer.status_code == status
    assert set(answer.json) == {"code", "message", "status"}


def test_no_session_no_cookie_and_no_other_site(device):
    assert "Set-Cookie" not in device(submission()).headers
    assert device(submission(), headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert device(submission(), headers={"Origin": "http://localhost"}).status_code == 200


def test_the_description_is_openapi_3_1_and_names_every_key(client):
    described = client.get("/api/v1/openapi.json").json
    assert described["openapi"] == "3.1.0"
    post = described["paths"][PATH]["post"]
    schema = post["requestBody"]["content"]["application/json"]["schema"]
    finished, left, sealed = schema["items"]["oneOf"]
    assert set(finished["properties"]) >= set(json.loads(submission()))
    assert set(left["required"]) == {"id", "round", "outcome", "last_item"}
    assert set(post["responses"]) >= {"200", "400", "413", "415", "503"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(st.lists(JSON, max_size=6), st.sampled_from([None, 2]), st.booleans())
def test_a_batch_is_taken_apart_without_changing_a_byte(values, indent, ascii_only):
    text = json.dumps(values, indent=indent, ensure_ascii=ascii_only)
    try:
        body = text.encode()
    except UnicodeEncodeError:
        return
    found = items(body)
    assert [json.loads(item) for item in found] == values
    at = 0
    for item in found:
        at = body.index(item, at) + len(item)


@given(st.binary(max_size=60))
def test_no_bytes_crash_the_splitter(body):
    with suppress(BatchNotJson):
        assert isinstance(items(body), list)
