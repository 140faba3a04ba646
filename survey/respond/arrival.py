"""How a submission came, and when: its bytes, who signed them, and the hour by our own clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from survey.fieldwork.devices.signer import Signer
from survey.fieldwork.devices.tables import Device
from survey.fieldwork.tickets import Pass
from survey.respond.facts import KnownCounter
from survey.respond.submission import SubmissionFault

LONGEST_QUEUE = timedelta(days=90)  # receipts are kept as long: later it could be taken twice
UNSIGNED, CLOCK, SAME_ADDRESS = "unsigned", "clock", "same-address"


@dataclass(frozen=True)
class Arrival:
    """body: the bytes sent, which tell a resend from a second opinion. key: of receipts.

    asked: when the form was opened, for one begun on our page while the round was open. seconds:
    how long it was open, where the body does not say. began: 1 when nobody has counted its
    beginning yet. signals: rules of flags that its way here met. vouched: a supervisor took it, so
    who signed and where is not asked again. ticket: what was shown to be let in.
    """

    body: bytes
    now: datetime
    key: bytes
    signer: Signer | None = None
    asked: datetime | None = None
    seconds: float | None = None
    began: int = 0
    signals: tuple[str, ...] = ()
    vouched: bool = False
    ticket: Pass | None = None


@dataclass(frozen=True)
class Hour:
    """When something was answered, by our clock. told: the device's clock was of use."""

    moment: datetime
    told: bool


def answered(finished_at: int | None, arrival: Arrival) -> Hour:
    """The moment of finishing, its device's clock held against ours; else that of arrival.

    Only a signed request says what the device's clock shows now. Raises SubmissionFault for an
    answer so old that whether it was taken before is forgotten.
    """
    now, signer = arrival.now, arrival.signer
    if finished_at is None or signer is None:
        return Hour(now, True)
    if not signer.is_sane:
        return Hour(now, False)
    moment = datetime.fromtimestamp(finished_at / 1000, UTC) + signer.skew
    if moment > now + timedelta(minutes=1):
        return Hour(now, False)
    if now - moment > LONGEST_QUEUE:
        raise SubmissionFault(f"finished_at: more than {LONGEST_QUEUE.days} days ago")
    return Hour(min(moment, now), True)


def check_signer(arrival: Arrival, device: str | None, session: Session) -> None:
    """Raises SubmissionFault when the device named is not the one that signed, or is revoked."""
    signer = arrival.signer
    if arrival.vouched:
        return
    if signer is None:
        if device is not None and session.get(Device, device) is not None:
            raise SubmissionFault("device: this one is enrolled, so it signs what it sends")
        return
    if signer.revoked:
        raise SubmissionFault("device: was revoked before this came")
    if device != signer.id:
        raise SubmissionFault("device: write the id of the device that signs")


def check_ticket(arrival: Arrival, mode: str) -> None:
    """Raises SubmissionFault for an answer by ticket that shows none."""
    if mode == "ticket" and arrival.ticket is None and not arrival.vouched:
        raise SubmissionFault("mode: a ticket is answered at its own address, /i/<code>")


def check_counter(arrival: Arrival, counter: KnownCounter | None, mode: str | None) -> None:
    """Raises SubmissionFault for another counter than the device's, and for an unsigned kiosk
    where an enrolled one stands."""
    signer = arrival.signer
    if arrival.vouched:
        return
    if signer is not None:
        if counter is None or counter.id != signer.counter_id:
            raise SubmissionFault(f"place.counter: this device stands at {signer.counter}")
    elif mode == "kiosk" and counter is not None and counter.enrolled:
        raise SubmissionFault("device: the kiosk of this counter is enrolled and signs its answers")


def signals(arrival: Arrival, hour: Hour, mode: str) -> list[str]:
    """The rules that the arrival met, each once."""
    found = [one for one in arrival.signals if mode != "kiosk" or one != SAME_ADDRESS]
    if mode == "kiosk" and arrival.signer is None:
        found.append(UNSIGNED)
    if not hour.told:
        found.append(CLOCK)
    return list(dict.fromkeys(found))
