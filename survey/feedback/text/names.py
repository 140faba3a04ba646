"""Names of people, by what announces them and by what they are made of."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from survey.feedback.text.lists import Lists, lists
from survey.feedback.text.marks import Mark
from survey.feedback.text.places import after_place_word, begins_place, listed
from survey.feedback.text.quiet import quiet_name
from survey.feedback.text.seen import Seen
from survey.feedback.text.tokens import Token, common, middle, pair, said, tokens

LONGEST: Final = 6  # words of a name
PREFIXES: Final = frozenset(("a", "y", "h", "ka", "kan", "ku", "pa", "pi", "kray", "ro", "k", "e"))
DOTTED: Final = ("mr", "ms", "mrs", "bs", "ts", "ths")
TITLES: Final = ("ông", "bà", "chị", "cô", "chú", "bác")  # within capitals they end a name
OFFICES: Final = ("ubnd", "quay", "phong", "so", "bo")  # these end a name
GAP: Final = re.compile(
    r"[ \n]{0,2}[:;\"'(*-]?[ \n]{0,2}[\"'(]?"
)  # between what announces a name and the name


def names(seen: Seen, others: Iterable[Mark]) -> Iterator[Mark]:
    """Marks of names; `others` are marks of numbers, before which a lone name may stand."""
    words = tokens(seen)
    found = list(_found(seen, words, _before(seen, words, others)))
    yield from found
    yield from _again(seen, words, found)


def _again(seen: Seen, words: list[Token], found: list[Mark]) -> Iterator[Mark]:
    """The same given names, alone and with a capital, elsewhere in the text."""
    given = {seen.clean[mark.start : mark.end].split()[-1] for mark in found} - {"Anh", "Em"}
    at = 0
    for index, token in enumerate(words):
        while at < len(found) and found[at].end <= token.start:
            at += 1
        inside = at < len(found) and found[at].start <= token.start
        if inside or not token.capital or seen.clean[token.start : token.end] not in given:
            continue
        beside = words[index - 1] if index and words[index - 1].joined else None
        if beside is None or not (beside.capital or after_place_word(seen, words, index)):
            yield Mark(token.start, token.end, "name", False)


def _found(seen: Seen, words: list[Token], before_number: set[int]) -> Iterator[Mark]:
    place_end = -1
    at = 0
    while at < len(words):
        told, begins = _announced(seen, words, at)
        if begins >= len(words):
            return
        count = _length(seen, words, begins, told, place_end, before_number)
        if count:
            last = words[begins + count - 1]
            yield Mark(
                words[begins].start, last.end, "name", told == "address" or told == "telling"
            )
            at = begins + count
            continue
        if not told:
            place = _place(seen, words, at, place_end)
            if place:
                place_end = words[at + place - 1].end
                at += place
                continue
        at += 1


def _place(seen: Seen, words: list[Token], at: int, place_end: int) -> int:
    """How many words are skipped because they name a place, or follow one in a list."""
    if not words[at].capital:
        return 0
    known = begins_place(words, at)
    if after_place_word(seen, words, at) or (
        place_end >= 0 and listed(seen, place_end, words[at].start)
    ):
        return max(known, _run(seen, words, at))
    return known


def _announced(seen: Seen, words: list[Token], at: int) -> tuple[str, int]:
    """What announces a name here, and where it would begin."""
    announcing = {
        how: phrases
        for how, phrases in lists().announcing.items()
        if words[at].folded in phrases.firsts
    }
    if not announcing:
        return "", at
    for count in range(min(5, len(words) - at - 1), 0, -1):
        begins = at + count
        last, first = words[begins - 1], words[begins]
        short = (len(last.word) <= 2 or last.folded in DOTTED) and seen.clean[
            last.end : last.end + 1
        ] == "."
        if not GAP.fullmatch(seen.clean, last.end + short, first.start):
            continue
        for how in ("telling", "being", "roles", "address"):
            if how in announcing and said(words[at:begins], announcing[how]):
                if pair(words[begins - 1], words[begins]) and not words[begins].capital:
                    continue
                if how == "address" and not _addresses(words, at, count):
                    continue
                if how == "address" and after_place_word(seen, words, at):
                    continue
                return how, begins
    return "", at


def _addresses(words: list[Token], at: int, count: int) -> bool:
    """Not the second of `ông bà`, nor a letter of a list; `o` alone is a place with accents."""
    one = words[at + count - 1]
    if at and pair(words[at - 1], one):
        return False
    dotted = one.folded in DOTTED or words[at + count].start - one.end == 1
    if not (one.joined or dotted):
        return False
    if one.capital and begins_place(words, at):
        return False
    lettered = count == 1 and one.folded in ("a", "c", "e") and one.capital
    return not (lettered and (one.folded == "a" or not one.first))


def _length(
    seen: Seen, words: list[Token], at: int, told: str, place_end: int, before_number: set[int]
) -> int:
    """How many words from here are a name; 0 if none."""
    if told in ("", "being") or words[at].capital:
        count = _written(seen, words, at, told, place_end, before_number)
        if count or not told:
            quiet = not (count or words[at].capital or after_place_word(seen, words, at))
            return quiet_name(words, at, "") if quiet else count
    if told and not words[at].capital:
        return quiet_name(words, at, told)
    return 0


def _written(
    seen: Seen, words: list[Token], at: int, told: str, place_end: int, before_number: set[int]
) -> int:
    """A name with its capitals."""
    if not words[at].capital:
        return 0
    known = lists()
    count = _run(seen, words, at, told)
    if count == 0:
        return 0
    if after_place_word(seen, words, at) and (told != "roles" or begins_place(words, at)):
        return 0
    if told in ("address", "telling", "roles"):
        return 0 if words[at].folded in ("a", "b") and count == 1 else count
    if place_end >= 0 and listed(seen, place_end, words[at].start):
        return 0
    place = begins_place(words, at)
    if place and place >= count:
        return 0
    if _people(words[at : at + count]):
        return count
    if count >= 2 and _family(words[at], known):
        return 0 if words[at + 1].loud and not words[at].loud else count  # Mã PIN
    if words[at].loud and not told:
        return 0
    if count >= 3 and _all_syllables(words, at, count):
        return count
    lone = count == 1 and (
        at > 0
        and pair(words[at - 1], words[at])
        or common(words[at])
        or said([words[at]], known.announcing["address"])
    )
    if at + count - 1 in before_number and not lone and _all_syllables(words, at, count):
        return count
    if (
        told == "being"
        and not common(words[at])
        and _all_syllables(words, at, count)
        and (count > 1 or _introduces(words, at))
    ):
        return count
    if count == 1:
        return int(_alone(words, at, known))
    return count if count == 2 and _likely(words, at, known) else 0


def _alone(words: list[Token], at: int, known: Lists) -> bool:
    """`Hôm qua Tuấn ở quầy 2`: a given name within a sentence, and what people do behind it."""
    if words[at].first or at + 1 == len(words) or not words[at].joined:
        return False
    return words[at].among(known.given) and words[at + 1].among(known.after)


def _introduces(words: list[Token], at: int) -> bool:
    """`tôi là Hoa`, not `của Hoa`: the weak words need more than one word of a name."""
    return at >= 2 and words[at - 2].joined and words[at - 1].folded in ("la", "ten", "gap", "nho")


def _run(seen: Seen, words: list[Token], at: int, told: str = "") -> int:
    """How many words with capitals stand together, without those that no name has."""
    count = 0
    while at + count < len(words) and count < LONGEST:
        token = words[at + count]
        if not token.capital or _no_name(words, at + count, count, told):
            break
        count += 1
        if not token.joined and not _hyphened(seen, words, at + count - 1):
            break
    return count


def _hyphened(seen: Seen, words: list[Token], at: int) -> bool:
    """Y-Khuôn, H' Nhiêm, Đ.V. Hùng: a mark between the parts of one name."""
    if at + 1 >= len(words) or len(words[at].word) > 4:
        return False
    gap = seen.clean[words[at].end : words[at + 1].start]
    if len(words[at].word) == 1 and gap == ".":
        return words[at + 1].capital
    return words[at].folded in PREFIXES and gap in ("-", "'", "' ")


def _no_name(words: list[Token], at: int, count: int, told: str) -> bool:
    token, known = words[at], lists()
    follows = words[at + 1] if at + 1 < len(words) else None
    if follows and not count and pair(token, follows) and not middle(follows):
        # `Chị Thảnh trả lời` is no thanh tra: after a way of addressing the capital says more
        return follows.capital or told != "address" or common(token)
    part = token.among(known.middles) or token.among(known.given)
    if follows and follows.capital and token.plain:  # To, Vu, Truong: Tô, Vũ, Trương as well
        part = part or bool(told) or _family(token, known)
    if token.among(known.offices) and not part:
        return count == 0 or token.folded in OFFICES
    if count and not token.plain and token.word in TITLES:
        return True
    if token.loud and common(token) and not token.among(known.surnames):
        return True
    if count or follows is None:
        return False
    after = words[at + 2] if at + 2 < len(words) and follows.capital and follows.joined else None
    long = after is not None and after.capital and not _family(follows, known)
    if len(token.word) > 1 and said([token], known.announcing["address"]):
        return follows.capital and not (token.folded == "chu" and long)
    if told:
        return False
    if follows.capital and len(token.word) > 1 and said([token], known.before_places):
        if _family(token, known) and not begins_place(words, at + 1):
            return False
        return not token.plain or not token.among(known.unclear)
    if token.first and common(token) and not token.among(known.surnames):
        return not (long or (follows.capital and not common(follows)))
    return False


def _family(token: Token, known: Lists) -> bool:
    return token.among(known.surnames)


def _people(run: list[Token]) -> bool:
    """A Kăn, Y Thanh, H'Hen: a part before a name, as peoples of the highlands have it."""
    return (len(run) >= 2 and run[0].folded in PREFIXES and len(run[1].word) > 1) or (
        "'" in run[0].word
    )


def _all_syllables(words: list[Token], at: int, count: int) -> bool:
    return all(token.syllable for token in words[at : at + count])


def _likely(words: list[Token], at: int, known: Lists) -> bool:
    """Two words without a known family name, but like a name and followed by what people do."""
    if not _all_syllables(words, at, 2):
        return False
    if words[at + 1].among(known.given) and (
        words[at].among(known.middles) or words[at].among(known.given)
    ):
        return True
    if words[at].first and common(words[at]):
        return False
    follows = words[at + 2] if at + 2 < len(words) and words[at + 1].joined else None
    return follows is None or follows.among(known.after)


def _before(seen: Seen, words: list[Token], others: Iterable[Mark]) -> set[int]:
    """The last word before each number, when nothing but a dash or a comma stands between."""
    found: set[int] = set()
    index = 0
    for mark in sorted(others):
        while index < len(words) and words[index].end <= mark.start:
            index += 1
        gap = seen.clean[words[index - 1].end : mark.start] if index else "x"
        if mark.kind in ("phone", "id_number") and len(gap) <= 3 and not gap.strip(" -,(:\n"):
            found.add(index - 1)
    return found
