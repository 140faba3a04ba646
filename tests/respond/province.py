"""A small province with three counters, and citizens whose submissions are already acknowledged."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from random import Random
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.loader import load
from survey.calendar import ZONE
from survey.database import Database
from survey.fieldwork.publishing import publish
from survey.fieldwork.tables import Cell, Round
from survey.respond.tables import Intake, PendingComment, Receipt, Response
from survey.units.tables import Agency, Area, Centre, Counter, Field

FORM = "one-stop-ward@1"
SET_UP = datetime(2026, 6, 30, 17, 45, 13, tzinfo=ZONE)
MORNING = datetime(2026, 7, 6, 8, 0, tzinfo=ZONE)
EVENING = datetime(2026, 7, 10, 18, 0, tzinfo=ZONE)
RATED = [f"q{n}" for n in range(1, 10)]


@dataclass
class Province:
    """Ids of what `build` made; `sent` are the ids of the submissions, in the order they came."""

    database: Database
    rng: Random = field(default_factory=lambda: Random(20260706))
    counters: dict[str, int] = field(default_factory=dict)
    centres: dict[str, int] = field(default_factory=dict)
    areas: dict[str, int] = field(default_factory=dict)
    sent: list[UUID] = field(default_factory=list)

    def answers(self, **more: int) -> dict[str, int]:
        return {item: self.rng.randint(1, 5) for item in RATED} | more

    def send(
        self,
        n: int,
        counter: str | None = None,
        *,
        start: datetime = MORNING,
        every: timedelta = timedelta(minutes=7),
        round: str = "counter-2026",
        **values: object,
    ) -> None:
        """n submissions, one each `every`, with their receipts."""
        with self.database.write() as session:
            for number in range(n):
                self._one(session, counter, start + every * number, round, values)

    def _one(
        self,
        session: Session,
        counter: str | None,
        at: datetime,
        round: str,
        values: dict[str, object],
    ) -> None:
        key = UUID(int=self.rng.getrandbits(128), version=4)
        device = f"kiosk-{counter}" if counter else None
        body = Intake(
            id=key,
            round=round,
            version=FORM,
            received_at=at,
            answered_at=at,
            signals=[],
            device=device,
            seq=len(self.sent),
            seconds=60.0,
            mode="kiosk" if counter else "web",
            assisted=False,
            language="vi",
            counter_id=self.counters[counter] if counter else None,
            answers=self.answers(),
        )
        for name, value in values.items():
            setattr(body, name, value)
        digest = sha256(key.bytes).hexdigest()
        session.add(body)
        session.add(
            Receipt(
                id=key,
                hash=digest,
                device=device,
                seq=body.seq,
                day=at.astimezone(ZONE).date(),
            )
        )
        session.flush()
        self.sent.append(key)

    def comment(self, centre: str, texts: Iterable[str], **values: object) -> None:
        with self.database.write() as session:
            for text in texts:
                written = PendingComment(
                    id=uuid4(),
                    round="counter-2026",
                    centre_id=self.centres[centre],
                    area_id=None,
                    month=date(2026, 7, 1),
                    text=text,
                )
                for name, value in values.items():
                    setattr(written, name, value)
                session.add(written)
                session.flush()

    def close(self, code: str = "counter-2026") -> None:
        with self.database.write() as session:
            session.get_one(Round, code).state = "closed"

    def responses(self) -> list[Response]:
        with self.database.read() as session:
            return list(session.scalars(select(Response).order_by(Response.id)))


def build(database: Database) -> Province:
    """Two communes, two centres, counters A1 and A2 in one and B1 in the other; two open rounds."""
    made = Province(database)
    with database.write() as session:
        _places(session, made)
        publish(session, load(FORM), by="test", now=SET_UP)
        for code, sample in (("counter-2026", "open"), ("sipas-2026", "probability")):
            session.add(
                Round(
                    code=code,
                    title={"vi": "Khảo sát", "en": "Survey"},
                    questionnaire=FORM,
                    method="one-stop",
                    notice="1",
                    sample=sample,
                    modes=["kiosk", "web"],
                    opens=date(2026, 7, 1),
                    closes=date(2026, 7, 31),
                    year=2026,
                    state="open",
                    made_at=SET_UP,
                )
            )
    return made


def _places(session: Session, made: Province) -> None:
    since = date(2025, 7, 1)
    province = Area(
        code="44", level="province", kind="tỉnh", name="Quảng Trị", folded="quang tri",
        valid_from=since,
    )  # fmt: skip
    session.add(province)
    session.flush()
    made.areas["province"] = province.id
    session.add(Field(code="ho-tich", name="Hộ tịch", name_en="Civil status"))
    session.add(Field(code="dat-dai", name="Đất đai", name_en="Land"))
    session.flush()
    for letter, code, name, counters in (
        ("A", "19429", "Đông Hà", 2),
        ("B", "19333", "Gio Linh", 1),
    ):
        area = Area(
            code=code, level="commune", kind="phường", name=name, folded=name.lower(),
            parent_id=province.id, valid_from=since,
        )  # fmt: skip
        session.add(area)
        session.flush()
        session.add(Agency(code=f"ubnd-{code}", name=f"UBND {name}", area_id=area.id))
        centre = Centre(code=f"tt-{letter}", name=f"Trung tâm {name}", area_id=area.id)
        session.add(centre)
        session.flush()
        made.areas[letter], made.centres[letter] = area.id, centre.id
        for number in range(1, counters + 1):
            counter = Counter(
                code=f"{letter}{number}", name=f"Quầy {number}", centre_id=centre.id,
                field="ho-tich" if number == 1 else "dat-dai",
            )  # fmt: skip
            session.add(counter)
            session.flush()
            made.counters[counter.code] = counter.id


def add_cells(made: Province, sizes: dict[str, list[list[float]]]) -> dict[str, int]:
    """Cells of sipas-2026 by name: `north/1/2` is stratum north, clusters 1 and 2, commune A."""
    found = {}
    with made.database.write() as session:
        for name, stages in sizes.items():
            stratum, first, second = name.split("/")
            cell = Cell(
                round="sipas-2026",
                stratum=stratum,
                cluster1=first,
                cluster2=second,
                area_id=made.areas["A"],
                sizes=stages,
            )
            session.add(cell)
            session.flush()
            found[name] = cell.id
    return found
