"""The words of a chart drawn by a command, in the language that the command asks for."""

from typing import Any

from babel.support import Translations

from translations import FOLDER

METHOD_BREAK, MERGER = 2021, 2024  # last years before the method and the provinces changed


def chart_words(language: str, level: float) -> dict[str, Any]:
    """The words that a chart prints, by the names that the chart has for them."""
    words = Translations.load(FOLDER, [language])
    gettext = words.gettext
    comma = language == "vi"
    per_cent = f"{100 * level:g}".replace(".", "," if comma else ".")
    return {
        "x": gettext("Year"),
        "y": gettext("Share (%)"),
        "published": gettext("published"),
        "simulated": gettext("Simulated data"),
        "hidden": gettext("Not published"),
        "note": gettext("Bars are %(level)s%% confidence intervals.") % {"level": per_cent},
        "decimal_comma": comma,
        "breaks": {
            METHOD_BREAK: gettext("new method from 2022"),
            MERGER: gettext("provinces merged 2025"),
        },
        "statuses": {
            "no-answers": gettext("nobody answered"),
            "few-answers": gettext("too few answers"),
            "few-clusters": gettext("too few clusters"),
            "lonely": gettext("a stratum with one cluster"),
            "undefined": gettext("cannot be computed"),
            "withheld": gettext("could tell what a few people answered"),
        },
    }
