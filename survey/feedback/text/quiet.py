"""Names without capitals, or in lines where capitals mean nothing."""

from itertools import pairwise
from typing import Final

from survey.feedback.text.lists import lists
from survey.feedback.text.places import begins_place
from survey.feedback.text.tokens import Token, common, middle, pair

LONGEST: Final = 4
SURE_FAMILIES: Final = frozenset(
    ("nguyen", "tran", "pham", "huynh", "hoang", "bui", "vo", "ngo", "phan", "le", "vu", "dang")
    + ("do", "ho", "duong", "ly", "dinh", "truong", "trinh", "ta", "phung")
)
# without accents these are đó, hộ, đường, lý, định, trường, trình, ta, lễ, đang as well
UNSURE: Final = frozenset(
    ("do", "ho", "duong", "ly", "dinh", "truong", "trinh", "ta", "phung", "le", "vu", "dang")
)
# có, chủ, đi, ba, bắc, cũ, bản, câu, thay
UNCLEAR: Final = frozenset(("co", "chu", "di", "ba", "bac", "cu", "ban", "cau", "thay"))
SPEAKING: Final = frozenset(
    ("toi", "tui", "em", "minh", "chau", "con", "to", "me", "bo", "vo", "chong", "anh", "chi", "ba")
    + ("gai", "trai")
)
SOMEBODY: Final = frozenset(
    ("toi", "tui", "em", "minh", "chau", "con", "to", "me", "bo", "vo", "chong", "ba", "anh", "chi")
    + ("gai", "trai", "do", "nguoi", "vien", "be", "ong", "co", "chu", "bac", "noi", "ngoai", "ho")
    + ("dung", "mang", "chuc")
)
NO_NAME: Final = frozenset(
    ("khong", "ko", "chua", "roi", "nguoi", "so", "co", "duoc", "gi", "nao", "do", "la", "cac", "o")
    + ("toi", "em", "minh", "nhu", "tren")
)
# siêu thị, đô thị, chỉ thị, công văn, nguyên văn: what is no name before Thị and Văn
BEFORE_MIDDLE: Final = frozenset(
    ("sieu", "do", "thanh", "hien", "chi", "can", "ky", "cong", "nguyen", "nha", "luan", "ngu")
    + ("thien", "nhan", "van")
)
SPEAKERS: Final = frozenset(("em", "chau", "con", "a", "c", "e", "o", "ba"))


def quiet_name(words: list[Token], at: int, told: str) -> int:
    """How many words from here are a name; 0 if none. `told` is what announces it."""
    first = words[at]
    known = lists()
    if not told:
        return _unannounced(words, at)
    if told == "being":
        says = (
            at >= 2 and words[at - 1].folded in ("la", "ten") and words[at - 2].folded in SPEAKING
        )
        return _full(words, at) if says and _nameable(words, at, 0) else 0
    if told == "telling" and words[at - 1].folded == "ten" and not _named(words, at):
        return 0
    if told == "telling" and (count := _all_that_is_told(words, at)):
        return count
    if not _nameable(words, at, 0):
        return 0
    count = _extent(words, at)
    sort = first.among(known.surnames) or first.among(known.given) or first.among(known.seldom)
    if told == "roles" and not (first.plain or sort or _acts(words, at) or _middled(words, at)):
        return 0
    if told in ("roles", "telling") and count == 1 and not first.among(known.given):
        after = words[at + 1] if at + 1 < len(words) and first.joined else None
        return count if after is None or after.among(known.after) or told == "telling" else 0
    if told == "address" and at > 1 and words[at - 1].start - words[at - 2].end == 1:
        known_name = first.among(known.given) or first.among(known.surnames)
        slashed = not (words[at - 2].joined or known_name)  # `Ông/Bà tự đặt`: whoever it is
        count = 0 if slashed else count
    if first.plain and told == "address":
        unclear = words[at - 1].folded in UNCLEAR
        if count > 1:
            return count if sort or not unclear or first.among(known.middles) else 0
        return int(sort and _acts(words, at) if unclear else sort or _acts(words, at))
    if at and words[at - 1].folded in SPEAKERS and count == 1:
        return (
            count
            if first.among(known.given) or first.among(known.seldom) or _acts(words, at)
            else 0
        )
    return count


def _somebody(token: Token) -> bool:
    """Tôi, em, vợ, con, cán bộ …: who has a name."""
    return token.folded in SOMEBODY


def _named(words: list[Token], at: int) -> bool:
    """After `tên` alone: that of somebody, or what begins as a full name does."""
    colon = words[at].start - words[at - 1].end > 1
    if colon or (at > 1 and words[at - 2].joined and _somebody(words[at - 2])):
        return True
    return _middled(words, at) or (words[at].among(lists().surnames) and _extent(words, at) > 2)


def _middled(words: list[Token], at: int) -> bool:
    return at + 1 < len(words) and words[at].joined and middle(words[at + 1])


def _all_that_is_told(words: list[Token], at: int) -> int:
    """`họ tên: danh thục ngọ;`: a few words up to the end of what is told are the name."""
    count = 1
    while count < LONGEST + 1 and words[at + count - 1].joined and at + count < len(words):
        count += 1
    run = words[at : at + count]
    if not 2 <= count <= LONGEST or run[-1].joined:
        return 0
    no_name = any(token.folded in NO_NAME or not token.syllable for token in run)
    paired = any(pair(one, other) for one, other in pairwise(run))
    return 0 if no_name or paired else count


def _unannounced(words: list[Token], at: int) -> int:
    """`nguyen thi hoa`, `NGUYỄN VĂN HÙNG`: a family name and what only names have behind it."""
    known = lists()
    first = words[at]
    if not first.joined or at + 2 >= len(words) or not words[at + 1].joined:
        return 0
    if begins_place(words, at) or (at and words[at - 1].joined and pair(words[at - 1], first)):
        return 0
    if not first.among(known.surnames):
        strange = not first.plain and middle(words[at + 1]) and first.folded not in BEFORE_MIDDLE
        named = _nameable(words, at, 0) and _nameable(words, at + 2, 2)
        return _extent(words, at) if strange and named else 0
    if first.plain and first.folded not in SURE_FAMILIES - UNSURE:
        return 0
    second = words[at + 1]
    count = _extent(words, at)
    certain = not first.plain and first.folded in SURE_FAMILIES and count >= 3
    if not middle(second) and (first.plain or not (certain or second.among(known.middles))):
        return 0
    if pair(first, second) or pair(second, words[at + 2]):
        return 0
    return count if _nameable(words, at + 2, 2) else 0


def _full(words: list[Token], at: int) -> int:
    """After `tôi là`: a family name and one word more, or two words that are nothing else."""
    known = lists()
    count = _extent(words, at)
    if count < 2:
        return 0
    if words[at].among(known.surnames) or count >= 3 or middle(words[at + 1]):
        return count
    return (
        count
        if not words[at].among(known.seldom) and at > 1 and words[at - 1].folded in ("la", "ten")
        else 0
    )


def _extent(words: list[Token], at: int) -> int:
    count = 1
    while count < LONGEST and words[at + count - 1].joined and at + count < len(words):
        if not _nameable(words, at + count, count):
            break
        count += 1
    return count


def _acts(words: list[Token], at: int) -> bool:
    """Whether a person's doing or place follows, or the sentence ends."""
    if at + 1 >= len(words) or not words[at].joined:
        return True
    return words[at + 1].among(lists().after)


def _nameable(words: list[Token], at: int, before: int) -> bool:
    """Whether the word can be the next of a name that has `before` words already."""
    if at >= len(words):
        return False
    token, known = words[at], lists()
    follows = words[at + 1] if at + 1 < len(words) else None
    if follows and pair(token, follows):
        return False
    if len(token.word) < 2 or not token.syllable:
        return False
    if before and middle(words[at - 1]) and words[at - 1].joined:
        return token.folded not in ("o", "la", "bao", "noi", "co", "khong")
    if before == 0 and token.plain and common(token) and not _family_name(words, at):
        return False
    if before == 0 and token.among(known.given) and token.folded != "anh":
        return True
    part = token.among(known.seldom) or token.among(known.middles) or token.among(known.given)
    if before in (1, 2) and part and words[at - before].among(known.surnames):
        return token.folded not in ("bao", "nhu")
    if token.among(known.seldom):
        return _acts(words, at) or before < 3 and follows is not None and _leads(words, at + 1)
    if before == 0 and token.among(known.surnames) and follows and token.joined:
        return not common(token) or middle(follows) or _leads(words, at + 1)
    if before and middle(token):
        return follows is not None and token.joined
    return not common(token)


def _family_name(words: list[Token], at: int) -> bool:
    """A family name with the rest of a name behind it."""
    return (
        words[at].joined
        and at + 1 < len(words)
        and words[at].among(lists().surnames)
        and _leads(words, at + 1)
    )


def _leads(words: list[Token], at: int) -> bool:
    """Whether the next word could end a name."""
    token, known = words[at], lists()
    follows = words[at + 1] if at + 1 < len(words) else None
    if (follows and pair(token, follows)) or not token.syllable:
        return False
    return (
        middle(token)
        or token.among(known.middles)
        or not (common(token) or token.among(known.after))
    )
