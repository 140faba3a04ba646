"""Which case a part was split from, and until when the clock of its answer was extended."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

INDEX = "ix_feedback_case_split_from"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE feedback_case ADD COLUMN split_from INTEGER "
        "CONSTRAINT fk_feedback_case_split_from REFERENCES feedback_case (id)"
    )
    op.create_index(INDEX, "feedback_case", ["split_from"])
    op.add_column("feedback_case", sa.Column("extended_until", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("feedback_case", "extended_until")
    op.drop_index(INDEX, "feedback_case")
    op.drop_column("feedback_case", "split_from")
