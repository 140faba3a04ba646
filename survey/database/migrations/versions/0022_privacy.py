"""Requests of people about what is kept of them."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "feedback_privacy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("proof", sa.String(length=10), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("processor", sa.Boolean(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("reply_due_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("replied_at", MOMENT, nullable=True),
        sa.Column("extended_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.String(length=8), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_feedback_privacy_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_privacy")),
    )
    op.create_index("ix_feedback_privacy_area_id", "feedback_privacy", ["area_id"])
    op.create_index(
        "ix_feedback_privacy_ended_at_due_at", "feedback_privacy", ["ended_at", "due_at"]
    )
    op.create_table(
        "feedback_privacy_case",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["feedback_case.id"], name=op.f("fk_feedback_privacy_case_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["feedback_privacy.id"], name=op.f("fk_feedback_privacy_case_request_id")
        ),
        sa.PrimaryKeyConstraint("request_id", "case_id", name=op.f("pk_feedback_privacy_case")),
    )
    op.create_index("ix_feedback_privacy_case_case_id", "feedback_privacy_case", ["case_id"])
    op.create_table(
        "feedback_privacy_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("act", sa.String(length=12), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["feedback_privacy.id"], name=op.f("fk_feedback_privacy_act_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_privacy_act")),
    )
    op.create_index("ix_feedback_privacy_act_request_id", "feedback_privacy_act", ["request_id"])


def downgrade() -> None:
    for name in ("act", "case"):
        op.drop_table(f"feedback_privacy_{name}")
    op.drop_table("feedback_privacy")
