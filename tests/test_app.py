"""What the application does for every door."""

from contextlib import ExitStack
from io import BytesIO

from flask.testing import FlaskClient

from survey.database.engine import EMBEDDED

FORM = "application/x-www-form-urlencoded"


def test_a_body_that_is_too_large_is_read_to_its_end_before_the_page_says_so(client: FlaskClient):
    """A browser that is cut off while it sends shows its own error, not ours."""
    body = BytesIO(b"item=" + b"a" * 5_000_000)
    answer = client.post("/r/khong-co", input_stream=body, content_length=5_000_005,
                         content_type=FORM)  # fmt: skip
    assert answer.status_code == 413
    assert "Nội dung gửi quá lớn" in answer.text
    assert body.read() == b""


def test_a_server_whose_connections_are_all_taken_says_that_it_is_busy(app, client: FlaskClient):
    engine = app.extensions["sipas.database"].engine
    engine.pool._timeout = 0.01
    with ExitStack() as taken:
        for _ in range(EMBEDDED["pool_size"] + EMBEDDED["max_overflow"]):
            taken.enter_context(engine.connect())
        page = client.get("/r/khong-co")
        assert client.get("/readyz").status_code == 503
    assert page.status_code == 503
    assert "Chưa mất gì cả" in page.text
    assert client.get("/r/khong-co").status_code == 404
