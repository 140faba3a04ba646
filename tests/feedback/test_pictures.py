"""Pictures as people send them: from telephones, damaged, disguised, far too large."""

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from survey.crypto import SealError, seal_bytes, unseal_bytes
from survey.feedback import pictures
from survey.feedback.pictures import SIDE, PictureRefused, remade
from tests.feedback.conftest import MONDAY
from tests.feedback.sender import written

SECRET = b"0912345678 21.0285N"


def two_halves(size: tuple[int, int] = (400, 200), mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    return image.convert(mode)


def opened(picture: pictures.Picture) -> Image.Image:
    return Image.open(BytesIO(picture.content), formats=("JPEG",))


def why(app, content: bytes, language: str = "en") -> str:
    with app.test_request_context(f"/f?lang={language}"), pytest.raises(PictureRefused) as told:
        remade(content)
    return str(told.value.detail)


def is_near(point: tuple[int, ...], wanted: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 12 for a, b in zip(point, wanted, strict=True))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_comes_through_smaller_and_the_same_to_see(format):
    made = remade(written(two_halves((4000, 3000)), format))
    image = opened(made)
    assert image.size == (made.width, made.height) == (SIDE, 1200)
    assert is_near(image.getpixel((100, 600)), (254, 0, 0))
    assert is_near(image.getpixel((1500, 600)), (0, 0, 254))


def test_a_small_picture_is_not_made_larger():
    assert remade(written(two_halves((40, 20)))).width == 40


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1"])
def test_colours_of_every_kind_are_seen(mode):
    sent = written(two_halves(mode=mode), "PNG" if mode in "P1" else "JPEG")
    image = opened(remade(sent))
    assert image.mode == "RGB" and image.size == (400, 200)


def test_sixteen_bits_a_point_are_seen():
    """Grey of half the light, not white."""
    grey = Image.new("I;16", (60, 60), 32768)
    assert is_near(opened(remade(written(grey, "PNG"))).getpixel((30, 30)), (128, 128, 128))


def test_one_sees_white_through_a_transparent_picture():
    image = Image.new("RGBA", (50, 50), (255, 0, 0, 0))
    assert is_near(opened(remade(written(image, "PNG"))).getpixel((25, 25)), (255, 255, 255))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_picture_taken_sideways_stands_upright(format):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: to be turned a quarter clockwise
    image = opened(remade(written(two_halves(), format, exif=exif)))
    assert image.size == (200, 400)
    assert is_near(image.getpixel((100, 50)), (254, 0, 0))
    assert is_near(image.getpixel((100, 350)), (0, 0, 254))


def telling_jpeg() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()
    exif[0x0112] = 1
    exif.get_ifd(0x8825)[2] = (21.0, 1.0, 42.6)
    return written(two_halves(), exif=exif, icc_profile=SECRET * 9, comment=SECRET)


def telling_png() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SECRET.decode())
    info.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    return written(two_halves(), "PNG", pnginfo=info)


def telling_webp() -> bytes:
    return written(two_halves(), "WEBP", xmp=SECRET, exif=b"Exif\x00\x00" + SECRET)


@pytest.mark.parametrize("telling", [telling_jpeg, telling_png, telling_webp])
def test_where_when_and_with_what_it_was_taken_is_left_behind(telling):
    sent = telling()
    assert SECRET in sent
    made = remade(sent)
    image = opened(made)
    assert SECRET not in made.content and not image.getexif()
    assert not {"icc_profile", "comment", "exif", "xmp"} & set(image.info)


@pytest.mark.parametrize(
    "hidden",
    [
        b"<script>alert(1)</script>",
        b"PK\x03\x04" + b"evil.exe",
        b"%PDF-1.7 /JavaScript",
        b"<?php system($_GET['x']); ?>",
    ],
)
def test_what_hides_behind_in_front_or_inside_a_picture_is_left_behind(hidden):
    """A polyglot: a picture that is also a page, an archive or a program."""
    plain = written(two_halves())
    inside = plain[:2] + b"\xff\xfe" + struct.pack(">H", len(hidden) + 2) + hidden + plain[2:]
    for sent in (plain + hidden, inside, written(two_halves(), "PNG") + hidden):
        made = remade(sent)
        assert hidden not in made.content
        assert made.content.startswith(b"\xff\xd8\xff") and made.content.endswith(b"\xff\xd9")


def png_of(width: int, height: int, *chunks: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IEND", b"")


def chunk(kind: bytes, body: bytes) -> bytes:
    return (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    )  # fmt: skip


@pytest.mark.parametrize("side", [7_100, 20_000, 2**31 - 1])
def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_decoded(app, side):
    """A few bytes that unpack to gigabytes."""
    bomb = png_of(side, side, chunk(b"IDAT", zlib.compress(b"\0" * 1_000_000)))
    told = why(app, bomb)
    assert "50 megapixels" in told


def test_words_that_unpack_to_gigabytes_beside_a_picture_are_refused(app):
    packed = b"Comment\0\0" + zlib.compress(b"a" * 80_000_000)
    plain = chunk(b"IDAT", zlib.compress(b"\0" * (3 * 8 + 1) * 8))
    assert "damaged" in why(app, png_of(8, 8, chunk(b"zTXt", packed), plain))


@pytest.mark.parametrize(
    "disguised",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"\0" * 100,
        "Ảnh đây".encode(),
        b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00",
        b"\x00\x00\x01\x00\x01\x00",  # an icon
        b"%!PS-Adobe-3.0 EPSF-3.0",
    ],
)
def test_what_is_no_picture_is_told_so(app, disguised):
    assert why(app, disguised).startswith("This file is not a picture.")


def test_an_empty_file_is_told_so(app):
    assert "empty" in why(app, b"")


@pytest.mark.parametrize("brand", [b"heic", b"mif1"])
def test_a_picture_of_an_iphone_is_told_kindly_what_to_do(app, brand):
    heic = b"\x00\x00\x00\x18ftyp" + brand + b"\x00\x00\x00\x00" + b"\0" * 64
    assert "Most Compatible" in why(app, heic) and "iPhone" in why(app, heic, "vi")


@pytest.mark.parametrize("format", ["PNG", "WEBP", "GIF"])
def test_moving_pictures_are_refused(app, format):
    frames = [two_halves(), Image.new("RGB", (400, 200), "green")]
    moving = written(frames[0], format, save_all=True, append_images=frames[1:], duration=100)
    assert why(app, moving).startswith("Moving pictures")


def test_the_second_picture_of_a_telephone_is_left_behind():
    """Depth or light beside a photograph (MPO): what one saw is the first."""
    both = written(two_halves(), "MPO", save_all=True, append_images=[Image.new("RGB", (9, 9))])
    made = remade(both)
    assert (made.width, made.height) == (400, 200)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_came_only_in_part_is_told_so(app, format):
    noisy = Image.effect_noise((500, 400), 90).convert("RGB")
    whole = written(noisy, format)
    for part in (0.3, 0.6, 0.95):
        assert "damaged" in why(app, whole[: int(len(whole) * part)])


@pytest.mark.filterwarnings("ignore::UserWarning")  # the decoder tells what it mended
@given(st.data())
def test_no_damage_brings_anything_but_a_picture_or_a_sentence(data):
    format = data.draw(st.sampled_from(["JPEG", "PNG", "WEBP"]))
    broken = bytearray(written(two_halves((64, 48)), format, exif=Image.Exif()))
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(broken) - 1))
        broken[place] = data.draw(st.integers(0, 255))
    try:
        made = remade(bytes(broken))
    except PictureRefused:
        return
    assert made.content.startswith(b"\xff\xd8\xff")


def test_a_picture_is_kept_sealed_and_erased_for_good(inbox):
    made = remade(written(two_halves()))
    with inbox.database.write() as session:
        case = inbox.send(session)
        row = pictures.put(session, case.id, made, now=MONDAY)
        session.flush()
        assert made.content[:20] not in row.sealed and len(row.sealed) == len(made.content) + 28
        assert pictures.shown(session, row) == made
        assert pictures.pictures_of(session, case.id) == [row]
        pictures.erase(row, now=MONDAY)
        session.flush()
        assert pictures.shown(session, row) is None
        assert (row.sealed, row.erased_at) == (None, MONDAY)


def test_what_was_sealed_opens_with_its_key_and_unchanged_alone():
    key, other = b"k" * 32, b"x" * 32
    sealed = seal_bytes(key, SECRET)
    assert unseal_bytes(key, sealed) == SECRET and seal_bytes(key, SECRET) != sealed
    for wrong in (sealed[:-1] + b"?", b"", sealed[:5]):
        with pytest.raises(SealError):
            unseal_bytes(key, wrong)
    with pytest.raises(SealError):
        unseal_bytes(other, sealed)
