"""A small application that shows every part of a page, with real forms and real translations."""

from collections.abc import Callable

import pytest
from flask import Flask, render_template_string
from flask_wtf import CSRFProtect
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from survey import assets, i18n, security
from survey.forms import CitizenForm
from tests.theme.page import Tag, read

SCALE = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")
STEPS = [SelectChoice(str(code), words) for code, words in enumerate(SCALE, start=1)]
CHANNELS = [SelectChoice("net", "Cổng Dịch vụ công"), SelectChoice("radio", "Loa truyền thanh")]
PLEASE = InputRequired("Xin Ông/Bà chọn một câu trả lời.")


class EveryField(CitizenForm):
    manner = RadioField(
        "Thái độ phục vụ", choices=STEPS, validators=[PLEASE], render_kw={"class": "rating"}
    )
    waiting = RadioField(
        "2. Thời gian chờ",
        description="Từ lúc lấy số.",
        choices=[*STEPS, SelectChoice("9", "Không có ý kiến")],
        validators=[InputRequired("Xin chọn một mức: Thời gian chờ")],
        render_kw={"class": "rating"},
    )
    sex = RadioField(
        "Giới tính",
        choices=[SelectChoice("1", "Nam"), SelectChoice("2", "Nữ")],
        validators=[Optional()],
    )
    channels = SelectMultipleField("Kênh thông tin", choices=CHANNELS)
    agree = BooleanField("Tôi đồng ý", validators=[InputRequired("Xin đánh dấu để tiếp tục.")])
    field = SelectField("Lĩnh vực", choices=[SelectChoice("1", "Đất đai")])
    dossier = StringField("Mã hồ sơ", description="Trên giấy hẹn.", validators=[InputRequired()])
    opinion = TextAreaField("Góp ý", validators=[Optional(), Length(max=10)])


FORM = """
{{ error_summary(form) }}<form method="post">
{{ choice(form.manner) }}{{ choice(form.waiting) }}{{ choice(form.sex) }}{{ choice(form.channels) }}
{{ choice(form.agree) }}{{ select(form.field) }}{{ text_field(form.dossier, width=10) }}
{{ textarea(form.opinion) }}{{ button(_("Next"), name="go", value="2") }}</form>
"""
CITIZEN = (
    """{% extends "base.html" %}
{% from "components.html" import button, choice, details, error_summary, link_button, notification,
   panel, progress, select, text_field, textarea %}
{% block main %}{{ progress(2, 5) }}"""
    + FORM
    + """
{{ notification(form.manner.label.text) }}{{ link_button(text, "/") }}
{% call details(text) %}{{ text }}{% endcall %}{{ panel(text, "F7K-29Q") }}{% endblock %}"""
)
DESK = (
    """{% extends "desk/base.html" %}
{% from "components.html" import breadcrumbs, button, choice, confirm_form, data_table, details,
   empty, error_summary, figure, filters, link_button, notification, page_head, pager, select,
   stat_tiles, summary_list, tag, text_field, textarea %}
{% block breadcrumbs %}{{ breadcrumbs([{"text": text, "href": "/desk/"}, {"text": text}]) }}
{% endblock %}
{% block main %}{% call page_head(text, text) %}{{ link_button(text, "/") }}{% endcall %}"""
    + FORM
    + """
{% call filters("/desk/") %}{{ button(text, "secondary") }}{% endcall %}
{{ stat_tiles([{"label": text, "value": 0.846 | percent, "note": text, "href": "/"}]) }}
{{ data_table(text, ["", text], [[text, 36525 | number]], numeric=[1]) }}
{{ data_table(text ~ " 2", [text], []) }}{{ pager(6, 12, "/desk/?q=a&b") }}
{{ tag(text, "red") }}{{ notification(text, "error") }}{{ summary_list([(text, text)]) }}
{% call figure(text, text, [{"text": "CSV", "href": "/csv"}]) %}<svg role="img"></svg>{% endcall %}
{{ empty(text, text, "/") }}{% call details(text) %}{{ text }}{% endcall %}
{% call confirm_form("/close", text, "warning") %}<p>{{ text }}</p>{% endcall %}{% endblock %}"""
)


class Officer:
    is_authenticated = True
    name = "Nguyễn Thị Hồng Ánh"


def _context() -> dict[str, object]:
    code = i18n.language()
    return {
        "language": code,
        "language_links": [("vi", "Tiếng Việt", "?lang=vi"), ("en", "English", "?lang=en")],
        "organiser": "Sở Nội vụ",
        "simulated_site": True,
        "privacy_href": "/privacy",
        "desk_nav": [
            {
                "name": "survey",
                "title": "Khảo sát",
                "links": [{"text": "Tổng quan", "href": "/desk/", "current": True}],
            }
        ],
        "current_user": Officer(),
        "text": "<b>Đợt & khảo sát</b>",
    }


@pytest.fixture
def show() -> Callable[..., Tag]:
    """A page of every part: `show("citizen" or "desk", {field: answer} or None, lang=)`."""
    app = Flask("survey")
    app.config.update(SECRET_KEY="only for this test", WTF_CSRF_CHECK_DEFAULT=False)
    i18n.install(app)
    security.install(app)
    assets.install(app)
    CSRFProtect(app)
    app.context_processor(_context)
    app.add_url_rule("/desk/sign-out", "staff.sign_out", lambda: "", methods=["POST"])

    def page(side: str, sent: dict[str, str] | None = None, lang: str = "vi") -> Tag:
        form = EveryField(MultiDict(sent) if sent is not None else None)
        if sent is not None:
            form.validate()
        with app.test_request_context(f"/?lang={lang}"):
            template = CITIZEN if side == "citizen" else DESK
            return read(render_template_string(template, form=form))

    return page
