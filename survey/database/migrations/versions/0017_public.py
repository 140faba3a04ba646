"""Cases that everybody may read, and keys of other systems that send or ask (Open311)."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feedback_case", sa.Column("published_at", sa.DateTime(timezone=True)))
    op.create_index("ix_feedback_case_published_at", "feedback_case", ["published_at"])
    op.create_table(
        "feedback_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_feedback_key_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_key")),
        sa.UniqueConstraint("hash", name=op.f("uq_feedback_key_hash")),
    )


def downgrade() -> None:
    op.drop_table("feedback_key")
    op.drop_index("ix_feedback_case_published_at", "feedback_case")
    op.drop_column("feedback_case", "published_at")
