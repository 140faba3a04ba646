"""Rules of thumb know how people write: what is usual in Vietnamese forms is left alone."""

from pathlib import Path

import pytest

from questionnaires.lint import lint

GOOD = Path(__file__).with_name("good.toml").read_text(encoding="utf-8")
BEFORE, _, REST = GOOD.partition('[[screens.questions.options]]\ncode = 1\ntext.vi = "18')
AFTER = "[[factors]]" + REST.partition("[[factors]]")[2]

BANDS = {
    "bands of age": (["Dưới 18 tuổi", "18 - 25 tuổi", "26–40 tuổi", "Trên 40 tuổi"], {}),
    "the number that two share": (["18 - 25 tuổi", "25 - 34 tuổi"], {"bands-overlap": "25 is"}),
    "the number that none has": (["18 tuổi - 24 tuổi", "Trên 25 tuổi"], {"bands-gap": "25 is"}),
    "money up to below": (["Dưới 1 triệu", "Từ 1 đến dưới 3 triệu", "Từ 3 triệu trở lên"], {}),
    "money from above": (["Từ 1 đến 3 triệu", "Trên 3 đến 5 triệu", "Trên 5 triệu"], {}),
    "thousands with dots": (["1.000 - 2.000", "2.001 - 3.000"], {}),
    "hours are no bands": (["7h30 - 11h30", "13h30 - 17h00"], {}),
    "days are no bands": (["01/7 - 15/7", "16/7 - 31/7"], {}),
    "backwards": (["25 - 18 tuổi", "26 - 40 tuổi"], {"band-backwards": "from 25 to 18"}),
}
LEFT_ALONE = [
    "Không gian chờ thoáng mát",
    "a) Thời gian chờ",
    "Quyết định 1001/QĐ-BNV ngày 11/12",
    "Dịch vụ công mức IV",
    "Hàng không phải xếp",
    "Việc tiếp nhận và trả kết quả",
    "Tiếp nhận góp ý, phản ánh, kiến nghị",
    "Phục vụ người dân, tổ chức",
    "Thời gian giải quyết tại UBND phường",
    "Địa chỉ https://dichvucong.gov.vn dễ nhớ",
    "Bạn bè của Ông/Bà nói về nơi này",
]
TOLD = {
    "Thoả mãn với thái độ, hòa nhã": "mixed-tone-marks",
    "Thủ tục nhanh, gọn": "double-barrelled",
    "Thời gian chờ TNHS": "abbreviation",
    "Ðợi đến lượt": "eth-for-d",
    "Thời gian chờ “đến lượt": "open-bracket",
    "Công chức không bao giờ đến muộn": "absolute",
    "thời gian chờ & chỗ ngồi &amp; nước": "html",
}


@pytest.mark.parametrize("case", BANDS)
def test_bands_are_read_as_people_write_them(case):
    bands, told = BANDS[case]
    options = "".join(
        f'[[screens.questions.options]]\ncode = {code}\ntext.vi = "{text}"\n'
        f'text.en = "Band {code}"\n\n'
        for code, text in enumerate(bands, 1)
    )
    found = lint(BEFORE + options + AFTER, "bands.toml")
    about = {one.rule.id: one.what for one in found if one.rule.id.startswith("band")}
    assert about.keys() == told.keys()
    assert all(about[rule].startswith(what) for rule, what in told.items())


def with_text(text):
    return {one.rule.id for one in lint(GOOD.replace("Thời gian chờ đến lượt", text), "form.toml")}


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_usual_words_meet_no_rule(text):
    assert with_text(text) <= {"numbers-differ", "lengths-differ"}


@pytest.mark.parametrize("text", TOLD)
def test_words_to_mend_are_told(text):
    assert TOLD[text] in with_text(text)


def test_options_without_a_wording_in_one_language_are_told_once():
    found = lint(GOOD.replace('text.en = "40 to 59"\n', ""), "form.toml")
    assert [(one.rule.id, one.question) for one in found] == [("unequal-options", "age")]


def test_a_question_may_speak_of_an_office_and_not_of_who_answers():
    asks = '[[screens.questions]]\nid = "why"\nkind = "text"\n'
    asks += 'text.vi = "{}"\ntext.en = "What would you like to say?"\n\n'
    office = asks.format("Ông/Bà có góp ý gì về cách trả lời qua thư điện tử ở đây?")
    person = asks.format("Xin Ông/Bà cho biết họ và tên, số điện thoại")
    assert not lint(GOOD.replace("[[factors]]", office + "[[factors]]"), "form.toml")
    (found,) = lint(GOOD.replace("[[factors]]", person + "[[factors]]"), "form.toml")
    assert found.rule.id == "asks-who"
