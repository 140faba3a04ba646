"""Names of kinds, states and acts, for officers and for senders."""

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l

from survey.errors import Words

KIND_WORDS: Final[Mapping[str, Words]] = {
    "suggestion": _l("Suggestion"),
    "report": _l("Report of a problem"),
    "petition": _l("Petition"),
}
KIND_MEANT: Final[Mapping[str, Words]] = {
    "suggestion": _l("An idea, praise or criticism. You may stay anonymous."),
    "report": _l("Something went wrong: delay, trouble, rudeness, a fee that is not due."),
    "petition": _l("A proposal to change a rule or a procedure, or to solve something."),
}
SEVERITY_WORDS: Final[Mapping[str, Words]] = {
    "urgent": _l("Urgent"),
    "normal": _l("Ordinary"),
    "complex": _l("Complex"),
}
CHANNEL_WORDS: Final[Mapping[str, Words]] = {
    "survey": _l("After a survey"),
    "qr": _l("QR code at a counter"),
    "kiosk": _l("At a kiosk"),
    "web": _l("On the web"),
    "phone": _l("By telephone, entered by staff"),
    "paper": _l("On paper, entered by staff"),
    "api": _l("Open311"),
}
STATE_WORDS: Final[Mapping[str, Words]] = {
    "new": _l("New case"),
    "accepted": _l("Accepted"),
    "in-work": _l("In work"),
    "waiting-sender": _l("Waiting for the sender"),
    "waiting-agency": _l("Waiting for another agency"),
    "drafted": _l("Reply drafted"),
    "reopened": _l("Opened again"),
    "released": _l("Answered"),
    "closed": _l("Case closed"),
    "refused": _l("Not accepted"),
    "transferred": _l("Transferred"),
    "guided": _l("Guided to another procedure"),
    "merged": _l("Merged with another case"),
    "withdrawn": _l("Withdrawn by the sender"),
}
SENDER_WORDS: Final[Mapping[str, Words]] = {
    "new": _l("Your feedback has arrived and waits to be read."),
    "accepted": _l("Your feedback has been accepted and will be answered."),
    "in-work": _l("An officer is working on your feedback."),
    "waiting-sender": _l("We have a question to you. The answer waits until you reply."),
    "waiting-agency": _l("Another agency has been asked. We wait for what it says."),
    "drafted": _l("A reply has been written and is being checked."),
    "reopened": _l("Your feedback is open again; another officer takes it up."),
    "released": _l("Your feedback has been answered."),
    "closed": _l("Your feedback has been answered and is closed."),
    "refused": _l("Your feedback was not accepted. The reason stands below."),
    "transferred": _l("Your feedback was passed to the agency that is competent."),
    "guided": _l("Your case has its own procedure by law. How to go on stands below."),
    "merged": _l("Others have reported the same. You get the same answer here."),
    "withdrawn": _l("You have withdrawn your feedback."),
}
ACT_WORDS: Final[Mapping[str, Words]] = {
    "receive": _l("Received"),
    "accept": _l("Accept"),
    "begin": _l("Take up"),
    "ask": _l("Ask the sender"),
    "answer": _l("Answer the question"),
    "consult": _l("Ask another agency"),
    "resume": _l("Go on"),
    "draft": _l("Write the reply"),
    "return": _l("Return for rework"),
    "release": _l("Release the reply"),
    "close": _l("Close the case"),
    "reopen": _l("Open again"),
    "refuse": _l("Do not accept"),
    "transfer": _l("Transfer to another agency"),
    "guide": _l("Guide to the complaint procedure"),
    "seal": _l("Seal as a denunciation"),
    "merge": _l("Merge"),
    "unmerge": _l("Take the merge back"),
    "withdraw": _l("Withdraw the feedback"),
    "undo": _l("Undo an act"),
    "assign": _l("Assign"),
    "classify": _l("Classify"),
    "split": _l("Split"),
    "note": _l("Internal note"),
    "extend": _l("Extend the deadline"),
    "owe": _l("Promise an action"),
    "done": _l("Action done"),
    "add": _l("Add to the feedback"),
    "rate": _l("Rate the reply"),
    "consent": _l("Change contact and consent"),
    "confirm": _l("Confirm what is masked"),
    "read": _l("Read the original"),
    "unmask": _l("See the contact"),
    "erase": _l("Erase"),
    "remind": _l("Remind"),
}
EVENT_WORDS: Final[Mapping[str, Words]] = {  # what a sender is told has happened
    "receive": _l("Your feedback arrived"),
    "accept": _l("It was accepted"),
    "begin": _l("An officer took it up"),
    "ask": _l("You were asked"),
    "answer": _l("You answered"),
    "consult": _l("Another agency was asked"),
    "resume": _l("The work goes on"),
    "release": _l("It was answered"),
    "close": _l("It was closed"),
    "reopen": _l("You opened it again"),
    "refuse": _l("It was not accepted"),
    "transfer": _l("It was passed to another agency"),
    "guide": _l("You were guided to the procedure that the law provides"),
    "seal": _l("It was passed, sealed, to who receives denunciations"),
    "merge": _l("It was joined with others about the same"),
    "unmerge": _l("It is dealt with on its own again"),
    "withdraw": _l("You withdrew it"),
    "extend": _l("More time was needed"),
    "owe": _l("An action was promised"),
    "done": _l("What was promised is done"),
    "add": _l("You added"),
    "rate": _l("You said how satisfied you are"),
    "erase": _l("Everything was erased"),
}
