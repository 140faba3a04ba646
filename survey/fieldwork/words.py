"""What kinds of sample, modes and states are called on pages."""

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
