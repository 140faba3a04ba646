"""Days of its own in the calendar of a unit."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback_unit_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("stands_for", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["area.id"], name=op.f("fk_feedback_unit_day_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_unit_day")),
        sa.UniqueConstraint("unit_id", "day", name=op.f("uq_feedback_unit_day_unit_id_day")),
    )


def downgrade() -> None:
    op.drop_table("feedback_unit_day")
