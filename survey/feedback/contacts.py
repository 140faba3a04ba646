"""How to reach a sender, kept with the consent that allows it: its version and its very words."""

import json
import re
import tomllib
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from survey.crypto import keyed_hash, seal, unseal
from survey.feedback.tables import CaseContact
from survey.staff.keys import key
from survey.text import normal

PURPOSE: Final = "feedback-contact"
LOOKUP: Final = "feedback-contact-lookup"
VERSIONS: Final[list[dict[str, Any]]] = tomllib.loads(
    (Path(__file__).parent / "data" / "consent.toml").read_text(encoding="utf-8")
)["version"]
UNNAMED: Final = {  # where an installation has not said who it is
    "vi": "cơ quan quản lý trang này",
    "en": "the agency that runs this page",
}


@dataclass(frozen=True)
class Contact:
    """What a sender left; empty texts where they left nothing."""

    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self.name or self.phone or self.email)

    @property
    def masked(self) -> "Contact":
        """Enough to be recognised by who left it, too little for who finds their code."""
        host = self.email.rpartition("@")[2]
        return Contact(
            " ".join(f"{word[0]}…" for word in self.name.split()),
            f"…{self.phone[-3:]}" if self.phone else "",
            f"{self.email[0]}…@{host}" if self.email else "",
        )


@dataclass(frozen=True)
class Consent:
    """The words that were shown, in the language they were shown in."""

    version: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the words: proves which they were."""
        return sha256(self.text.encode()).hexdigest()


def consent(language: str, *, organiser: str, contact: str, day: date) -> Consent:
    """What a sender is asked to agree to on that day."""
    newest = max(
        (one for one in VERSIONS if one["valid_from"] <= day), key=lambda one: one["valid_from"]
    )
    spoken = language if language in newest else "vi"
    filled = newest[spoken].replace("{organiser}", organiser or UNNAMED[spoken])
    return Consent(
        newest["version"], normal(filled.replace("{contact}", contact or UNNAMED[spoken]))
    )


def put(
    session: Session, case_id: int, contact: Contact, agreed: Consent, *, now: datetime
) -> None:
    """Kept from now on in place of what was there; sealed."""
    row = CaseContact(
        case_id=case_id,
        sealed=seal(key(session, PURPOSE), json.dumps(asdict(contact), ensure_ascii=False)),
        notice=agreed.version,
        notice_digest=agreed.digest,
        consented_at=now,
        phone_hash=hash_of(session, contact.phone),
        email_hash=hash_of(session, contact.email),
    )
    session.merge(row)
    session.flush()


def correct(session: Session, case_id: int, contact: Contact) -> None:
    """Another contact under the consent that was given."""
    row = session.get_one(CaseContact, case_id)
    words = json.dumps(asdict(contact), ensure_ascii=False)
    row.sealed = seal(key(session, PURPOSE), words)
    row.phone_hash = hash_of(session, contact.phone)
    row.email_hash = hash_of(session, contact.email)


def hash_of(session: Session, address: str) -> str | None:
    """What finds a number or an address again, however it is written; None for none."""
    plain = plain_phone(address) if "@" not in address else address.strip().casefold()
    return keyed_hash(key(session, LOOKUP), plain.encode()) if plain else None


def plain_phone(number: str) -> str:
    """Digits alone, a Vietnamese number from its 0 on: +84 912 345 678 is 0912345678."""
    digits = re.sub(r"\D", "", number)
    for abroad in ("0084", "84"):
        if digits.startswith(abroad) and len(digits) - len(abroad) in (9, 10):
            return "0" + digits.removeprefix(abroad)
    return digits


def cases_of(session: Session, address: str) -> list[int]:
    """Ids of the cases whose sender left this number or e-mail address, the newest first."""
    found = hash_of(session, address)
    if found is None:
        return []
    own = or_(CaseContact.phone_hash == found, CaseContact.email_hash == found)
    query = select(CaseContact.case_id).where(own).order_by(CaseContact.case_id.desc())
    return list(session.scalars(query))


def hash_missing(session: Session) -> int:
    """Contacts kept before they could be found get what finds them; how many."""
    bare = CaseContact.phone_hash.is_(None) & CaseContact.email_hash.is_(None)
    count = 0
    for row in session.scalars(select(CaseContact).where(bare)).all():
        contact = contact_of(session, row.case_id)
        row.phone_hash = hash_of(session, contact.phone)
        row.email_hash = hash_of(session, contact.email)
        count += bool(row.phone_hash or row.email_hash)
    return count


def contact_of(session: Session, case_id: int) -> Contact:
    """What a sender left, unsealed: for themselves, or for who may see it and has said why."""
    row = session.get(CaseContact, case_id)
    return (
        Contact()
        if row is None
        else Contact(**json.loads(unseal(key(session, PURPOSE), row.sealed)))
    )


def withdraw(session: Session, case_id: int) -> None:
    """Nothing is left of it."""
    row = session.get(CaseContact, case_id)
    if row is not None:
        session.delete(row)
        session.flush()
