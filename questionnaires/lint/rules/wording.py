"""What is said: length, difficulty, and questions that ask two things or suggest an answer."""

import re
from collections.abc import Iterator

from questionnaires.lint.rule import WARNING, Fault, Rules
from questionnaires.lint.source import Said, Source

LONGEST_QUESTION, LONGEST_OPTION, LONGEST_TITLE, LONGEST_INTRODUCTION = 200, 60, 90, 400
MOST_WORDS = {"vi": 40, "en": 30}
_BRACKETS = re.compile(r"\([^)]*\)")
_SENTENCE = re.compile(r"[.!?;:]+(?:\s|$)")
_WORD = re.compile(r"[^\W_]+")
_SET_PHRASES = re.compile(  # what law and custom say in one breath
    r"(?:ý kiến )?góp ý(?: kiến)?, phản ánh, kiến nghị|phản ánh, kiến nghị"
    r"|(?:người dân|cá nhân|tổ chức)(?:, | và )(?:người dân|cá nhân|tổ chức|doanh nghiệp)"
    r"|tiếp nhận(?:, | và )(?:trả kết quả|giải quyết|xử lý)|tiếp nhận hồ sơ và trả kết quả"
    r"|trật tự, an toàn|khám, chữa bệnh|an sinh, xã hội|phiền hà, sách nhiễu|cán bộ, công chức"
    r"|nhu cầu, mong đợi|kết quả, tác động|tiếp nhận hồ sơ, trả kết quả"
    r"|nộp hồ sơ(?:, | và )nhận kết quả|phí(?:, | và )lệ phí|cơ quan, đơn vị",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s(?:và|và/hoặc|cũng như|đồng thời)\s|,\s", re.IGNORECASE)
_LEADING = re.compile(
    r"có đồng ý rằng|phải chăng|phải không\b|đúng không\b|chắc (?:hẳn|rằng)|rõ ràng là"
    r"|như mọi người|tất nhiên|đương nhiên|tuyệt vời"
    r"|don[’']t you|isn[’']t it|do you agree that|surely\b"
    r"|of course|obviously",
    re.IGNORECASE,
)
_ABSOLUTE = re.compile(
    r"\bluôn(?: luôn)?\b|không bao giờ|tuyệt đối|mọi lúc|hoàn toàn|\balways\b|\bnever\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"(?<!hàng )\b(?:không(?! gian| khí| quân)|chưa|chẳng|đừng)\b", re.IGNORECASE
)
_ABBREVIATION = re.compile(r"(?<![\w/-])[A-ZĐ]{2,}\b(?![/-])")
_KNOWN = {"UBND", "HĐND", "CCCD", "BHYT", "BHXH", "VNEID", "QR", "SMS", "TP", "SIPAS"}
_ROMAN = re.compile("[IVX]+")
_SEES_NUMBER = re.compile(r"(?<!^)\bcâu\s+(?:hỏi\s+)?(?:số\s+)?\d+", re.IGNORECASE)
_STARTS_NUMBER = re.compile(r"^câu\s+\d+|^\d+[.)]\s", re.IGNORECASE)

rules = Rules("What is said")


def too_long(said: Said, limit: int, *parts: str) -> str:
    """What to say of a wording of one of these parts that is longer than the limit."""
    long = said.wording.part in parts and len(said.text) > limit
    return f"{len(said.text)} letters in “{said.language}”" if long else ""


@rules.said(
    "long-question",
    WARNING,
    f"A question or a row has more than {LONGEST_QUESTION} letters.",
    "Say it shortly; what explains it can be a hint.",
)
def long_question(said: Said) -> str:
    return too_long(said, LONGEST_QUESTION, "question", "row")


@rules.said(
    "long-option",
    WARNING,
    f"An option has more than {LONGEST_OPTION} letters, more than a kiosk's button holds.",
    "Say it in fewer words.",
)
def long_option(said: Said) -> str:
    return too_long(said, LONGEST_OPTION, "option")


@rules.said(
    "long-title",
    WARNING,
    f"A title or a label has more than {LONGEST_TITLE} letters.",
    "Say it in fewer words.",
)
def long_title(said: Said) -> str:
    return too_long(said, LONGEST_TITLE, "title", "label")


@rules.said(
    "long-introduction",
    WARNING,
    f"An introduction or a hint has more than {LONGEST_INTRODUCTION} letters; few read it.",
    "Keep what people need in order to answer.",
)
def long_introduction(said: Said) -> str:
    return too_long(said, LONGEST_INTRODUCTION, "introduction", "hint")


@rules.said(
    "hard-to-read",
    WARNING,
    f"A sentence has more than {MOST_WORDS['vi']} syllables in Vietnamese, or "
    f"{MOST_WORDS['en']} words in English.",
    "Make two sentences of it.",
)
def hard_to_read(said: Said) -> str:
    if said.language not in MOST_WORDS or said.wording.part == "remark":
        return ""
    sentences = _SENTENCE.split(_BRACKETS.sub("", said.text))
    longest = max(len(_WORD.findall(sentence)) for sentence in sentences)
    over = longest > MOST_WORDS[said.language]
    return f"a sentence of {longest} words in “{said.language}”" if over else ""


@rules.form(
    "double-barrelled",
    WARNING,
    "An item asks for one rating of two things.",
    "Make two items of it, or name the one thing that matters.",
)
def double_barrelled(source: Source) -> Iterator[Fault]:
    for path, item in source.rated:
        text = item.label["vi"]
        if found := _JOINED.search(_SET_PHRASES.sub(_hidden, _BRACKETS.sub(_hidden, text))):
            around = text[max(0, found.start() - 15) : found.end() + 15].strip()
            yield Fault((*path, "text", "vi"), item.question_id, f"two things in “…{around}…”")


def _hidden(found: re.Match[str]) -> str:
    return "_" * len(found[0])


@rules.said(
    "leading",
    WARNING,
    "A wording suggests the answer.",
    "Ask so that every answer is as easy to give.",
)
def leading(said: Said) -> str:
    found = _LEADING.search(said.text) if said.wording.part in ("question", "row") else None
    return f"“{found[0]}” suggests the answer" if found else ""


@rules.form(
    "absolute",
    WARNING,
    "A rated item says always, never or entirely; one exception makes it false.",
    "Say what can be more or less so.",
)
def absolute(source: Source) -> Iterator[Fault]:
    for path, item in source.rated:
        if found := _ABSOLUTE.search(item.label["vi"]):
            yield Fault(
                (*path, "text", "vi"), item.question_id, f"“{found[0]}” allows no exception"
            )


@rules.form(
    "negated",
    WARNING,
    "A rated item is negated, and being dissatisfied with it can mean either.",
    "Say it without the negation.",
)
def negated(source: Source) -> Iterator[Fault]:
    for path, item in source.rated:
        text = item.label["vi"].removesuffix("?").rstrip().removesuffix(" không")
        if found := _NEGATION.search(text):
            yield Fault((*path, "text", "vi"), item.question_id, f"“{found[0]}” is in it")


@rules.form(
    "rated-yes-or-no",
    WARNING,
    "A rating asks a question that is answered by yes or no.",
    "Ask how satisfied people are, or use the kind yesno.",
)
def rated_yes_or_no(source: Source) -> Iterator[Fault]:
    for path, item in source.rated:
        if re.search(r"\b(?:không|chưa)\s*\?$", item.label["vi"], re.IGNORECASE):
            yield Fault((*path, "text", "vi"), item.question_id, "it can be answered by yes or no")


@rules.table(
    "abbreviation",
    WARNING,
    "A wording has an abbreviation that many people do not know.",
    "Write it in full.",
)
def abbreviation(source: Source) -> Iterator[Fault]:
    """Each abbreviation where it first stands."""
    seen = set(_KNOWN)
    for said in source.said:
        if said.vietnamese and said.wording.part != "remark" and not said.text.isupper():
            for word in _ABBREVIATION.findall(said.text):
                if word not in seen and not _ROMAN.fullmatch(word):
                    what = f"“{word}” is not written in full"
                    yield Fault((*said.wording.path, "vi"), said.wording.question, what)
                seen.add(word)


@rules.said(
    "sees-number",
    WARNING,
    "A wording points at a question by its number, which changes with the form.",
    "Name the thing, or ask on one screen.",
)
def sees_number(said: Said) -> str:
    looked = said.vietnamese and said.wording.part != "remark"
    found = _SEES_NUMBER.search(said.text) if looked else None
    return f"“{found[0]}” may be another question" if found else ""


@rules.said(
    "typed-number",
    WARNING,
    "A question's number is typed into its words.",
    "Leave it out; paper numbers the questions by itself.",
)
def typed_number(said: Said) -> str:
    looked = said.vietnamese and said.wording.part in ("question", "row")
    found = _STARTS_NUMBER.search(said.text) if looked else None
    return f"“{found[0].strip()}” is typed" if found else ""
