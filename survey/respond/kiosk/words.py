"""What the scripts of a kiosk say, in the language of the moment."""

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l

from survey.errors import Words

Said = Mapping[str, Words]

KEYBOARD: Final[Said] = {
    "keyboard": _l("Keyboard"),
    "telex": "Telex",
    "vni": "VNI",
    "english": "English",
    "hide": _l("Hide the keyboard"),
    "shift": _l("Capital"),
    "backspace": _l("Rub out"),
    "clear": _l("Rub out all"),
    "space": _l("Space"),
    "enter": _l("New line"),
    "acute": "sắc",
    "grave": "huyền",
    "hook": "hỏi",
    "tilde": "ngã",
    "dot": "nặng",
    "roof": "mũ",
    "horn": "móc",
    "bowl": "trăng",
    "stroke": "gạch",
}
IDLE: Final[Said] = {
    "title": _l("Are you still there?"),
    "text": _l("If nobody touches the screen, your answers are wiped for the next person."),
    "more": _l("I need more time"),
    "leave": _l("I have finished: wipe my answers"),
    "left": _l("%(n)s seconds left"),
}
LEAVE: Final[Said] = {
    "title": _l("Stop here?"),
    "text": _l("Your answers are not sent. They are wiped from this device."),
    "more": _l("No, go on"),
    "leave": _l("Yes, stop and wipe"),
}
FACTS: Final[Said] = {
    "opens_today": _l("We open again today at %(time)s."),
    "opens_tomorrow": _l("We open again tomorrow at %(time)s."),
    "opens_on": _l("We open again on %(day)s at %(time)s."),
    "opens_unknown": _l("When we open again is told at the door."),
    "day_off": _l("Closed today: %(name)s"),
    "questions": _l("%(n)s questions"),
    "minutes": _l("about %(n)s min."),
    "sample": _l("Simulated data"),
}
ENROLMENT: Final[Said] = {
    "code": _l("This code does not work: mistyped, older than ten minutes, or used. "
               "Please make a new one at the desk."),
    "too-many-tries": _l("Too many codes were tried. Please wait a quarter of an hour."),
    "network": _l("The server cannot be reached. Please look at the network and try again."),
    "other": _l("The server refused it. Please try again, or ask your administrator."),
    "short": _l("Please type all 8 letters and digits of the code."),
}  # fmt: skip
PIN: Final[Said] = {
    "wrong": _l("That is not the PIN."),
    "wait": _l("Too many wrong tries. Please wait %(n)s seconds."),
    "none": _l("No PIN is set for this centre yet. An administrator sets it at the desk, under "
               "Devices; the kiosk learns of it at its next contact."),
    "checking": _l("Checking…"),
    "typed": _l("%(n)s digits typed"),
}  # fmt: skip
HEALTH: Final[Said] = {
    "good": _l("good"),
    "look": _l("look here"),
    "unknown": _l("cannot be told"),
    "yes": _l("yes"),
    "no": _l("no"),
    "never": _l("never"),
    "ago_seconds": _l("%(n)s seconds ago"),
    "ago_minutes": _l("%(n)s minutes ago"),
    "ago_hours": _l("%(n)s hours ago"),
    "ago_days": _l("%(n)s days ago"),
    "seconds": _l("%(n)s seconds"),
    "sent": _l("Sent. What waits still: %(n)s."),
    "not_sent": _l("Not sent: the server cannot be reached. Nothing is lost."),
    "exported": _l("Saved to a file. Hand it to your administrator, who reads it in at the desk."),
    "empty": _l("Nothing waits here."),
    "waits": _l("Answers still wait on this device. Please send or save them first."),
    "sure": _l("Press once more to do it."),
}
SCREENS: Final[Said] = {
    "more_words": _l("What we keep, and for how long"),
    "larger": _l("Larger letters"),
    "kiosk": _l("Satisfaction survey"),
}
ALL: Final[Mapping[str, Said]] = {
    "keys": KEYBOARD,
    "idle": IDLE,
    "leave": LEAVE,
    "facts": FACTS,
    "enrolment": ENROLMENT,
    "pin": PIN,
    "health": HEALTH,
    "screens": SCREENS,
}


def words() -> dict[str, dict[str, str]]:
    """By part of the kiosk; what is known only then stands as %(name)s."""
    return {part: {name: str(text) for name, text in said.items()} for part, said in ALL.items()}
