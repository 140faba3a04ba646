"""Which passwords are good, and what is kept of them."""

import unicodedata

import pytest
from argon2 import PasswordHasher

from survey.staff import passwords

pytestmark = pytest.mark.usefixtures("real_hashes")
WORDS = ["lan.nguyen", "Nguyễn Thị Lan", "Sở Nội vụ", "Tỉnh Quảng Trị", "Quảng Trị"]


@pytest.mark.parametrize(
    "password",
    [
        "ngắn quá",
        "matkhau123456",
        "Password2026!",
        "123456789012",
        "qwertyuiop12",
        "aaaaaaaaaaaa",
        "121212121212",
        "Quảng Trị 2026",
        "QuangTri@2026",
        "sipas-Admin-1",
        "lan.nguyen.99",
        "hành chính công",
        "x" * 201,
    ],
)
def test_what_a_guesser_tries_first_is_refused(app, password):
    with app.test_request_context():
        assert len(passwords.faults(password, WORDS)) == 1


@pytest.mark.parametrize(
    "password", ["thuyền nan trên sông Son", "correct horse battery", "7rW!kq-zP4m#"]
)
def test_any_long_words_of_ones_own_are_good(app, password):
    with app.test_request_context():
        assert passwords.faults(password, WORDS) == []


def test_a_password_typed_on_another_keyboard_is_the_same_password():
    stored = passwords.hashed(unicodedata.normalize("NFC", "sông Gianh mùa lũ"))
    assert stored.startswith("$argon2id$")
    assert passwords.matches(stored, unicodedata.normalize("NFD", "sông Gianh mùa lũ"))
    assert not passwords.matches(stored, "sông Gianh mùa hạn")
    assert not passwords.matches(None, "sông Gianh mùa lũ")
    assert not passwords.matches("not a hash", "sông Gianh mùa lũ")


def test_a_hash_made_with_weaker_parameters_is_outdated():
    assert passwords.outdated(PasswordHasher(time_cost=1, memory_cost=8192).hash("x"))
    assert not passwords.outdated(passwords.hashed("x"))


def test_first_passwords_are_good_ones_and_never_the_same(app):
    made = {passwords.first_password() for _each in range(50)}
    assert len(made) == 50
    with app.test_request_context():
        assert all(passwords.faults(word, WORDS) == [] for word in made)
