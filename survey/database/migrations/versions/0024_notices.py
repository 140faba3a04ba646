"""Notices of the time of cases that runs out, and up to when each person has read them."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "feedback_notice",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("clock_from", MOMENT, nullable=False),
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("tells", sa.String(length=10), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["feedback_case.id"], name=op.f("fk_feedback_notice_case_id")
        ),
        sa.PrimaryKeyConstraint("case_id", "clock_from", "step", name=op.f("pk_feedback_notice")),
    )
    op.create_index("ix_feedback_notice_ended_at_at", "feedback_notice", ["ended_at", "at"])
    op.create_table(
        "feedback_notices_read",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_feedback_notices_read_staff_id")
        ),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_feedback_notices_read")),
    )


def downgrade() -> None:
    op.drop_table("feedback_notices_read")
    op.drop_table("feedback_notice")
