"""What a form learns of people: who may be asked what, and how little of it."""

import re
from collections.abc import Iterator

from questionnaires.lint.rule import ERROR, WARNING, Fault, Rules
from questionnaires.lint.source import Asked, Source

MOST_PERSONAL, MOST_OPTIONS, MOST_TEXTS, LONGEST_MONTHS = 8, 10, 2, 60
SHORT = 40  # letters; a text as short that names such a thing asks for it
_IDENTITY = re.compile(
    r"họ (?:và )?tên|số điện thoại|căn cước|\bcccd\b|\bcmnd\b|chứng minh nhân dân|thư điện tử"
    r"|\be-?mail\b|địa chỉ (?:nhà|cụ thể|của)|ngày sinh|số nhà|mã hồ sơ"
    r"|tài khoản ngân hàng"
    r"|\b(?:your|full) name\b|phone number|identity (?:card|number)|home address|date of birth",
    re.IGNORECASE,
)
_OF_THE_PERSON = re.compile(
    r"của (?:ông|bà|bạn|anh|chị|quý)|\bxin\b|cho biết|\b(?:ghi|nhập|điền)\b|cung cấp"
    r"|\byour\b|please",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"^(?:câu \d+\W+)?(?:giới tính|(?:độ |nhóm )?tuổi|trình độ|học vấn|nghề nghiệp|thu nhập"
    r"|nơi (?:sinh sống|cư trú|ở)|tình trạng hôn nhân)\b|bao nhiêu tuổi|năm sinh",
    re.IGNORECASE,
)
_SENSITIVE = re.compile(
    r"^(?:câu \d+\W+)?dân tộc\b|tôn giáo|tín ngưỡng|khuyết tật|tình trạng sức kho[ẻẽ]"
    r"|đảng viên|quan điểm chính trị|tiền án|xu hướng tính dục",
    re.IGNORECASE,
)

rules = Rules("Personal data")


def of_class(source: Source, *classes: str) -> Iterator[Asked]:
    """The questions that are, or have a row that is, of one of the data classes."""
    for asked in source.asked:
        held = {asked.question.data_class, *(row.data_class for row in asked.question.rows)}
        if held & set(classes):
            yield asked


@rules.form(
    "sensitive-without-basis",
    WARNING,
    "A sensitive question does not say which law allows it to be asked.",
    "Name the article in legal_basis, or do not ask.",
)
def sensitive_without_basis(source: Source) -> Iterator[Fault]:
    for asked in of_class(source, "sensitive"):
        if not asked.table.get("legal_basis"):
            yield Fault((*asked.path, "data_class"), asked.id, "sensitive, without a legal basis")


@rules.form(
    "sensitive-without-end",
    WARNING,
    "A sensitive question does not say how long its answers are kept.",
    "Write retention_months.",
)
def sensitive_without_end(source: Source) -> Iterator[Fault]:
    for asked in of_class(source, "sensitive"):
        if "retention_months" not in asked.table:
            yield Fault((*asked.path, "data_class"), asked.id, "kept for no stated time")


@rules.form(
    "kept-long",
    WARNING,
    f"Personal answers are kept for more than {LONGEST_MONTHS} months.",
    "Keep them until the figures are published and checked.",
)
def kept_long(source: Source) -> Iterator[Fault]:
    for asked in source.asked:
        months = asked.table.get("retention_months", 0)
        if months > LONGEST_MONTHS and asked.question.data_class != "none":
            yield Fault((*asked.path, "retention_months"), asked.id, f"kept for {months} months")


@rules.form(
    "many-texts",
    WARNING,
    f"The form asks for words more than {MOST_TEXTS} times; few write, and all must be read.",
    "Ask once, at the end.",
)
def many_texts(source: Source) -> Iterator[Fault]:
    texts = [asked for asked in source.asked if asked.question.kind == "text"]
    if len(texts) > MOST_TEXTS:
        one = texts[MOST_TEXTS]
        yield Fault(one.path, one.id, f"{len(texts)} questions ask for words")


@rules.form(
    "asks-who",
    ERROR,
    "A question asks who the person is: a name, a telephone, a document's number.",
    "Do not ask: a response points at nobody. Contacts belong to the page after it.",
)
def asks_who(source: Source) -> Iterator[Fault]:
    for asked in source.asked:
        if asked.question.kind not in ("text", "number", "date"):
            continue
        for text in (*asked.question.text.values(), *asked.question.hint.values()):
            found = _IDENTITY.search(text)
            if found and (len(text) <= SHORT or _OF_THE_PERSON.search(text)):
                yield Fault((*asked.path, "text"), asked.id, f"it asks for “{found[0]}”")
                break


@rules.form(
    "personal-unmarked",
    WARNING,
    "A question on sex, age, education, work or place is not marked personal.",
    'Write data_class = "personal".',
)
def personal_unmarked(source: Source) -> Iterator[Fault]:
    for asked in source.asked:
        found = _PERSONAL.search(asked.question.text["vi"])
        if found and asked.question.data_class == "none" and asked.question.kind != "note":
            yield Fault(asked.path, asked.id, f"“{found[0]}” is personal")


@rules.form(
    "sensitive-unmarked",
    WARNING,
    "A question on ethnic group, belief, health, party or crime is not marked sensitive.",
    'Write data_class = "sensitive".',
)
def sensitive_unmarked(source: Source) -> Iterator[Fault]:
    for asked in source.asked:
        found = _SENSITIVE.search(asked.question.text["vi"])
        if found and asked.question.data_class != "sensitive" and asked.question.kind != "note":
            yield Fault(asked.path, asked.id, f"“{found[0]}” is sensitive")


@rules.form(
    "many-personal",
    WARNING,
    f"More than {MOST_PERSONAL} questions are personal; together they point at one person.",
    "Ask for what the figures are really broken down by.",
)
def many_personal(source: Source) -> Iterator[Fault]:
    personal = list(of_class(source, "personal", "sensitive"))
    if len(personal) > MOST_PERSONAL:
        one = personal[MOST_PERSONAL]
        yield Fault(one.path, one.id, f"{len(personal)} questions are personal or sensitive")


@rules.form(
    "fine-bands",
    WARNING,
    f"A personal question has more than {MOST_OPTIONS} options; few people share one of them.",
    "Use wider groups.",
)
def fine_bands(source: Source) -> Iterator[Fault]:
    for asked in of_class(source, "personal", "sensitive"):
        if len(asked.question.options) > MOST_OPTIONS:
            what = f"{len(asked.question.options)} groups of people"
            yield Fault(asked.options, asked.id, what)


@rules.form(
    "personal-first",
    WARNING,
    "The form begins with personal questions; more people give up, and fewer trust it.",
    "Ask them last.",
)
def personal_first(source: Source) -> Iterator[Fault]:
    real = [asked for asked in source.asked if asked.question.kind != "note"]
    personal = {asked.id for asked in of_class(source, "personal", "sensitive")}
    if real and real[0].id in personal and any(asked.id not in personal for asked in real):
        yield Fault(real[0].path, real[0].id, "the first question is personal")
