"""Templates of what is written to senders."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=True),
        sa.Column("topic", sa.String(length=40), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("shipped", sa.String(length=40), nullable=True),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["area.id"], name=op.f("fk_feedback_template_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_template")),
    )
    with op.batch_alter_table("feedback_template", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedback_template_unit_id"), ["unit_id"], unique=False)


def downgrade() -> None:
    op.drop_table("feedback_template")
