"""Webhooks, and what waits to be told."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback_hook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("acts", sa.JSON(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_feedback_hook_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_hook")),
    )
    op.create_table(
        "feedback_delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hook_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=80), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["feedback_event.id"], name=op.f("fk_feedback_delivery_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["hook_id"], ["feedback_hook.id"], name=op.f("fk_feedback_delivery_hook_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_delivery")),
        sa.UniqueConstraint(
            "hook_id", "event_id", name=op.f("uq_feedback_delivery_hook_id_event_id")
        ),
    )
    op.create_index(
        "ix_feedback_delivery_waiting",
        "feedback_delivery",
        ["delivered_at", "dead_at", "next_at"],
    )


def downgrade() -> None:
    op.drop_table("feedback_delivery")
    op.drop_table("feedback_hook")
