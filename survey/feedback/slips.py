"""A check letter that tells every single wrong letter and every two neighbours that changed places.

Letters are the elements of the dihedral group of order 30, each moved by its place with a map of
which x·σ(y) = y·σ(x) for no two letters. Remainders of a sum cannot do this with 30 letters: see
J. Verhoeff, Error detecting decimal codes (1969), and H. P. Gumm, IEEE Transactions on Information
Theory 31 (1985), pages 102 to 105.
"""

from survey.crypto import ALPHABET

TURNS = len(ALPHABET) // 2  # numbers below are turns of a polygon of so many sides, others mirrors
LETTERS = {letter: number for number, letter in enumerate(ALPHABET)}


def check_letter(letters: str) -> str:
    """The letter that makes the product of all come out as no turn at all."""
    left = _product(letters)
    wanted = left if left >= TURNS else -left % TURNS  # the inverse: a mirror is its own
    found = next(n for n in range(len(ALPHABET)) if _moved(n, len(letters) + 1) == wanted)
    return ALPHABET[found]


def holds(letters: str) -> bool:
    """Whether the last of `letters`, all of the alphabet, is the check letter of the others."""
    return _product(letters) == 0


def _product(letters: str) -> int:
    product = 0
    for place, letter in enumerate(letters, 1):
        product = _times(product, _moved(LETTERS[letter], place))
    return product


def _times(x: int, y: int) -> int:
    """First y, then x, as movements of the polygon."""
    mirrored, turned = x >= TURNS, x % TURNS
    turn = (turned - y if mirrored else turned + y) % TURNS
    return turn + TURNS * (mirrored != (y >= TURNS))


def _moved(letter: int, place: int) -> int:
    """`letter` moved `place` times by σ: a turn i becomes 1 − i, a mirror i becomes i + 1."""
    if letter < TURNS:
        return (1 - letter) % TURNS if place % 2 else letter
    return (letter + place) % TURNS + TURNS
