"""What kinds of sample, modes, states and intervals are called on pages."""

from typing import Final

from flask_babel import lazy_gettext as _l

from survey.errors import Words

SAMPLE_NAMES: Final[dict[str, Words]] = {
    "probability": _l("Probability sample"),
    "census": _l("Everyone is asked"),
    "open": _l("Open: whoever answers"),
}
MODE_NAMES: Final[dict[str, Words]] = {
    "kiosk": _l("Kiosk"),
    "mobile": _l("Mobile phone"),
    "web": _l("Web"),
    "post": _l("Post"),
    "call": _l("Telephone call"),
    "ticket": _l("Ticket"),
}
STATE_NAMES: Final[dict[str, Words]] = {
    "draft": _l("Draft"),
    "open": _l("Open"),
    "closed": _l("Closed"),
}
STATE_KINDS: Final = {"draft": "quiet", "open": "good", "closed": "info"}  # of their tags
INTERVAL_NAMES: Final[dict[str, Words]] = {
    "wald": _l("Wald"),
    "logit": _l("Logit"),
    "xlogit": _l("Logit"),
    "wilson": _l("Wilson"),
    "beta": _l("Beta (Korn–Graubard)"),
    "kg": _l("Korn–Graubard"),
    "asin": _l("Arcsine"),
    "likelihood": _l("Likelihood"),
    "pooled": _l("Wilson, design effect pooled over the items"),
}
