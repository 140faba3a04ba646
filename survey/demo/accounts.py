"""An account for each role. The password comes from the secret: none is shipped."""

import base64
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from survey.crypto import derive
from survey.demo.places import MERGED_ON
from survey.staff import accounts
from survey.units.areas import area_at

BY = "command"
COMMUNE = "19333"  # Phường Đông Hà: the unit of the demo's officer and head
OF_A_UNIT = ("officer", "head")
ROLES = {
    "officer": "Cán bộ một cửa",
    "head": "Lãnh đạo phường",
    "supervisor": "Giám sát viên",
    "analyst": "Chuyên viên phân tích",
    "fieldwork": "Phụ trách khảo sát",
    "auditor": "Kiểm tra viên",
    "administrator": "Quản trị hệ thống",
}


@dataclass(frozen=True)
class DemoAccount:
    """What a visitor of the demo needs to sign in."""

    login: str
    name: str


def password(secret: bytes) -> str:
    """The demo accounts' password in this installation: 16 letters and digits in groups."""
    letters = base64.b32encode(derive(secret, "demo accounts")).decode()[:16].lower()
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


def listed() -> list[DemoAccount]:
    """The accounts, one a role; the login is the role's name."""
    return [DemoAccount(role, name) for role, name in ROLES.items()]


def build(session: Session, secret: bytes, *, now: datetime) -> None:
    """Make the accounts: officer and head in one ward, the others everywhere."""
    ward = area_at(session, "commune", COMMUNE, max(now.date(), MERGED_ON))
    for role, name in ROLES.items():
        person = accounts.add(
            session,
            login=role,
            name=f"{name} (mô phỏng)",
            password=password(secret),
            by=BY,
            now=now,
            must_change=False,
        )
        area_id = ward.id if ward is not None and role in OF_A_UNIT else None
        accounts.grant(session, person, role, area_id, by=BY, now=now)
