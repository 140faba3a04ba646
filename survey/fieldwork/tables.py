"""What is asked, of whom, where and when: questionnaires of record, rounds, sample cells."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.database import Base, Moment

SAMPLES = ("probability", "census", "open")
MODES = ("kiosk", "mobile", "web", "post", "call", "ticket")
OPEN_MODES = ("mobile", "web")  # of whoever has the address: nobody gave them a ticket


class PublishedForm(Base):
    """A questionnaire version as it was published: never edited, needed by every response of it."""

    __tablename__ = "questionnaire"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)  # one-stop-ward@1
    canonical: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(Moment)
    published_by: Mapped[str] = mapped_column(String(80))
    wording_checked: Mapped[bool]  # every item copied from the decree
    confirmed_by: Mapped[str | None] = mapped_column(String(80))  # who allowed unchecked wording


class FormMedia(Base):
    """A picture or a sound of a published questionnaire, frozen with it."""

    __tablename__ = "questionnaire_media"

    form: Mapped[str] = mapped_column(ForeignKey("questionnaire.name"), primary_key=True)
    name: Mapped[str] = mapped_column(String(96), primary_key=True)  # as the form names the file
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    kind: Mapped[str] = mapped_column(String(8))  # png, mp3, …
    width: Mapped[int | None]  # of a picture, in pixels
    height: Mapped[int | None]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class Round(Base):
    """One form + population + design + period (đợt khảo sát)."""

    __tablename__ = "round"
    __table_args__ = (
        CheckConstraint("sample IN ('probability', 'census', 'open')", "sample"),
        CheckConstraint("state IN ('draft', 'open', 'closed')", "state"),
        CheckConstraint("closes >= opens", "period"),
    )

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[dict[str, str]] = mapped_column(JSON)  # language: text
    questionnaire: Mapped[str] = mapped_column(String(80))  # published when the round opens
    method: Mapped[str] = mapped_column(String(40))
    notice: Mapped[str] = mapped_column(String(20))  # version of the privacy notice
    sample: Mapped[str] = mapped_column(String(12))
    modes: Mapped[list[str]] = mapped_column(JSON)
    opens: Mapped[date]  # first day
    closes: Mapped[date]  # last day
    year: Mapped[int]  # the year the figures belong to
    open_budget: Mapped[int | None]  # answers without a ticket, of a counter's day; None: any
    state: Mapped[str] = mapped_column(String(8), default="draft")
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    simulated: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(Moment)


class RoundPlace(Base):
    """Where a round asks: an area with all below it, a centre, or a counter. Exactly one is set."""

    __tablename__ = "round_place"

    id: Mapped[int] = mapped_column(primary_key=True)
    round: Mapped[str] = mapped_column(ForeignKey("round.code"), index=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centre.id"))
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counter.id"))


class Cell(Base):
    """Final cluster of a design (ô mẫu): what a response keeps of its sample.

    `sizes` gives population and sample size of each stage, first stage first:
    [[N1, n1], [N2, n2], …]; the base weight is the product of N over n.
    """

    __tablename__ = "cell"

    id: Mapped[int] = mapped_column(primary_key=True)
    round: Mapped[str] = mapped_column(ForeignKey("round.code"), index=True)
    stratum: Mapped[str] = mapped_column(String(60))
    cluster1: Mapped[str] = mapped_column(String(60))
    cluster2: Mapped[str | None] = mapped_column(String(60))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))  # commune of residence
    sizes: Mapped[list[list[float]]] = mapped_column(JSON)


class Margin(Base):
    """Population totals that weights are made to agree with: one row a category of a margin."""

    __tablename__ = "margin"

    round: Mapped[str] = mapped_column(ForeignKey("round.code"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)  # e.g. sex_age
    key: Mapped[str] = mapped_column(String(80), primary_key=True)  # codes joined by |
    items: Mapped[list[str]] = mapped_column(JSON)  # the items crossed
    total: Mapped[float]
    source: Mapped[str] = mapped_column(String(200))
    simulated: Mapped[bool] = mapped_column(default=False)


class WeightSet(Base):
    """One way of weighting a round, frozen: its values are integers in millionths."""

    __tablename__ = "weight_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    round: Mapped[str] = mapped_column(ForeignKey("round.code"), index=True)
    name: Mapped[str] = mapped_column(String(40))  # base, poststratified, served
    method: Mapped[dict[str, Any]] = mapped_column(JSON)  # the plan it was made by, diagnostics
    frozen_at: Mapped[datetime] = mapped_column(Moment)
    sha256: Mapped[str] = mapped_column(String(64))


class Snapshot(Base):
    """A Parquet file of a round's released responses, as analysis sees it."""

    __tablename__ = "snapshot"

    id: Mapped[int] = mapped_column(primary_key=True)
    round: Mapped[str] = mapped_column(ForeignKey("round.code"), index=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    path: Mapped[str] = mapped_column(String(200))  # below SIPAS_DATA
    rows: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    schema_version: Mapped[int]
