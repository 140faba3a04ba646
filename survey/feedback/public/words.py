"""What the public page says of its figures."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.feedback.public.lines import PUBLIC, PublicLine, PublicShare
from survey.feedback.reports.words import topic, topics
from survey.i18n import number, percent

PERIOD = _l("Feedback of")
UNIT = _l("Unit")
TOPIC = _l("Topic")


def told(line: PublicLine) -> str:
    """What is said of a line, a share after the other; and of which too few are counted."""
    said = [str(_("%(n)s received", n=number(line.received)))]
    hidden = []
    for found, words, name in (
        (line.answered, _l("%(share)s answered"), _("answered")),
        (line.on_time, _l("%(share)s of the answers in time"), _("in time")),
        (line.satisfied, _l("%(share)s satisfied"), _("satisfied")),
    ):
        if found.value is None:
            hidden.append(name)
        else:
            said.append(str(words) % {"share": _share(found)})
    if hidden:
        why = _("not published, n below %(n)d: %(what)s", n=PUBLIC, what=", ".join(hidden))
        said.append(str(why))
    return " · ".join(said)


def _share(found: PublicShare) -> str:
    value = percent(found.value or 0, 0)
    if found.low is None or found.high is None:
        return value
    interval = f"{percent(found.low, 0)}–{percent(found.high, 0)}"
    return f"{value} ({interval}; n = {found.n})"


__all__ = ["PERIOD", "TOPIC", "UNIT", "told", "topic", "topics"]
