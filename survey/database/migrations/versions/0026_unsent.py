"""Words that were typed on a case and not sent yet, and who has the page of a case open."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def _of_both(table: str) -> list[sa.Constraint]:
    """To the case and to the person."""
    return [
        sa.ForeignKeyConstraint(
            ["case_id"], ["feedback_case.id"], name=op.f(f"fk_{table}_case_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f(f"fk_{table}_staff_id")),
    ]


def upgrade() -> None:
    op.create_table(
        "feedback_unsent",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        *_of_both("feedback_unsent"),
        sa.PrimaryKeyConstraint("case_id", "staff_id", "act", name=op.f("pk_feedback_unsent")),
    )
    op.create_table(
        "feedback_presence",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("writing", sa.Boolean(), nullable=False),
        *_of_both("feedback_presence"),
        sa.PrimaryKeyConstraint("case_id", "staff_id", name=op.f("pk_feedback_presence")),
    )


def downgrade() -> None:
    op.drop_table("feedback_presence")
    op.drop_table("feedback_unsent")
