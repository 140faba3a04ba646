"""The doors of the house, in the order they are hung: each module has `install(app)`."""

from types import ModuleType

from survey import guesses
from survey.exchange import views as exchange
from survey.feedback import views as feedback
from survey.feedback import views_entry as entry
from survey.feedback import views_following as following
from survey.feedback.desk import views as feedback_desk
from survey.feedback.hooks import views as hooks
from survey.feedback.letters import views as letters
from survey.feedback.open311 import views as open311
from survey.feedback.privacy import views as feedback_privacy
from survey.feedback.public import views as feedback_public
from survey.feedback.public import views_desk as publishing
from survey.feedback.reports import views as feedback_report
from survey.fieldwork import views as fieldwork
from survey.fieldwork import views_comparing as comparing
from survey.fieldwork import views_invitations as invitations
from survey.fieldwork import views_tickets as tickets
from survey.fieldwork.devices import views as devices
from survey.fieldwork.editor import views as editor
from survey.reports import views as reports
from survey.respond import api, health, media, offline, queue_file, shelf
from survey.respond import views as respond
from survey.respond.flags import views as flags
from survey.respond.kiosk import views as kiosk
from survey.respond.preview import views as preview
from survey.respond.review import views as review
from survey.respond.served import views as served
from survey.staff import views as staff
from survey.staff.places import views as places

DOORS: tuple[ModuleType, ...] = (
    health,
    respond,
    guesses,
    feedback,
    following,
    kiosk,
    media,
    offline,
    api,
    staff,
    places,
    fieldwork,
    tickets,
    invitations,
    devices,
    editor,
    exchange,
    comparing,
    reports,
    shelf,
    review,
    queue_file,
    flags,
    served,
    preview,
    feedback_desk,
    letters,
    entry,
    hooks,
    open311,
    feedback_public,
    publishing,
    feedback_privacy,
    feedback_report,
)
