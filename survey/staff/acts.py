"""Names of the acts in the audit chain; an act without a name shows its code."""

from typing import Final

from flask_babel import lazy_gettext as _l

from survey.errors import Words

ACT_NAMES: Final[dict[str, Words]] = {
    "sign-in": _l("Signed in"),
    "sign-in.failed": _l("Sign-in failed"),
    "sign-out": _l("Signed out"),
    "session.end": _l("Signed out another browser"),
    "password.change": _l("Password changed"),
    "reset.make": _l("One-time link made"),
    "totp.on": _l("Second factor bound"),
    "totp.off": _l("Second factor unbound"),
    "staff.add": _l("Account added"),
    "staff.disable": _l("Account closed"),
    "staff.enable": _l("Account opened again"),
    "staff.expiry": _l("Last day of an account set"),
    "grant.add": _l("Role given"),
    "grant.remove": _l("Role taken back"),
    "unit.import": _l("Units imported"),
    "unit.undo": _l("Import of units undone"),
    "unit.add": _l("Unit added"),
    "unit.edit": _l("Unit edited"),
    "unit.close": _l("Unit closed"),
    "unit.reopen": _l("Unit opened again"),
    "centre.hours": _l("Hours of a centre set"),
    "counter.code": _l("New code for a counter"),
    "device.code": _l("Code to enrol a device made"),
    "device.enrol": _l("Device enrolled"),
    "device.rename": _l("Device renamed"),
    "device.pin": _l("PIN of staff set"),
    "device.revoke": _l("Device revoked"),
    "review.take": _l("Answer kept for review taken"),
    "review.set-aside": _l("Answer kept for review set aside"),
    "review.export": _l("Answers kept for review exported"),
    "flag.decide": _l("Flagged answers of a counter decided"),
    "served.import": _l("People served imported"),
    "served.undo": _l("Import of people served undone"),
    "device.import": _l("File of a device taken"),
    "sealing.rotate": _l("New key to seal answers to"),
    "template.add": _l("Template of a reply added"),
    "template.edit": _l("Template of a reply edited"),
    "template.archive": _l("Template of a reply archived"),
    "template.restore": _l("Template of a reply offered again"),
    "draft.create": _l("Draft of a questionnaire begun"),
    "draft.save": _l("Draft of a questionnaire saved"),
    "draft.file": _l("Picture or sound of a draft changed"),
    "draft.undo": _l("Change of a draft undone"),
    "draft.remove": _l("Draft of a questionnaire deleted"),
    "draft.restore": _l("Deleted draft brought back"),
    "draft.import": _l("Questionnaire read from a file"),
    "questionnaire.publish": _l("Questionnaire published"),
    "questionnaire.confirm": _l("Wording allowed without comparison"),
    "round.create": _l("Round set up"),
    "round.edit": _l("Round changed"),
    "round.open": _l("Round opened"),
    "round.close": _l("Round ended"),
    "ticket.make": _l("Tickets made"),
    "ticket.withdraw": _l("Tickets withdrawn"),
    "invitation.make": _l("Invitations made"),
    "invitation.withdraw": _l("Invitation withdrawn"),
    "round.export": _l("Answers exported"),
    "site.set": _l("Words about the installation changed"),
    "backup": _l("Backup made"),
    "restore": _l("Backup restored"),
}


def act_name(act: str) -> str:
    """The name of an act in the language of the page."""
    return str(ACT_NAMES.get(act, act))
