"""What reasons of the protocol mean, for staff. The reason itself names the key."""

from typing import Final

from flask_babel import lazy_gettext as _l

from survey.errors import Words

MEANING: Final[dict[str, Words]] = {
    "answers": _l("An answer does not fit the questionnaire"),
    "id": _l("The same id with another content"),
    "round": _l("The round is not known, or was not open"),
    "version": _l("The questionnaire is not that of the round, or not published"),
    "mode": _l("The round is not answered this way"),
    "language": _l("The questionnaire has no such language"),
    "place": _l("The place is not known, or is not that of the device"),
    "field": _l("The field of service is not known"),
    "device": _l("The device is revoked, or did not sign"),
    "finished_at": _l("Older than any receipt is kept"),
    "key_id": _l("Sealed to a key that is not here"),
    "alg": _l("Sealed in a way that is not known"),
    "ciphertext": _l("Sealed, and cannot be opened"),
    "wrapped_key": _l("Sealed, and cannot be opened"),
    "iv": _l("Sealed, and cannot be opened"),
}
OTHER: Final = _l("What was sent is no submission")


def meaning(reason: str) -> Words:
    """The sentence for what a reason begins with."""
    return MEANING.get(reason.split(":")[0].split(".")[0], OTHER)
