"""What reports ask of a case: first answer, when that was due, pauses, what the sender said."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feedback_case", sa.Column("first_answered_at", sa.DateTime(timezone=True)))
    op.add_column("feedback_case", sa.Column("first_due_at", sa.DateTime(timezone=True)))
    none = sa.Column("pauses", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
    op.add_column("feedback_case", none)
    op.add_column("feedback_case", sa.Column("satisfied", sa.Integer()))


def downgrade() -> None:
    for name in ("satisfied", "pauses", "first_due_at", "first_answered_at"):
        op.drop_column("feedback_case", name)
