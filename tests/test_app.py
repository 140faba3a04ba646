"""What the application does for every door."""

from io import BytesIO

from flask.testing import FlaskClient

FORM = "application/x-www-form-urlencoded"


def test_a_body_that_is_too_large_is_read_to_its_end_before_the_page_says_so(client: FlaskClient):
    """A browser that is cut off while it sends shows its own error, not ours."""
    body = BytesIO(b"item=" + b"a" * 5_000_000)
    answer = client.post("/r/khong-co", input_stream=body, content_length=5_000_005,
                         content_type=FORM)  # fmt: skip
    assert answer.status_code == 413
    assert "Nội dung gửi quá lớn" in answer.text
    assert body.read() == b""
