"""Rules of deadlines that an installation or a unit made."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback_deadline_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=True),
        sa.Column("topic", sa.String(length=40), nullable=True),
        sa.Column("severity", sa.String(length=8), nullable=True),
        sa.Column("anonymous", sa.Boolean(), nullable=True),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("counted", sa.String(length=14), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["area.id"], name=op.f("fk_feedback_deadline_rule_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_deadline_rule")),
    )
    op.create_index("ix_feedback_deadline_rule_unit_id", "feedback_deadline_rule", ["unit_id"])


def downgrade() -> None:
    op.drop_table("feedback_deadline_rule")
