"""Indexes of the inbox: what is open and due, what is owed, what a unit received."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

OPEN = "answered_at IS NULL AND closed_at IS NULL"
INDEXES = (
    ("unit_id_received_at", ["unit_id", "received_at", "state"], None, None),
    ("open_due_at", ["due_at", "id"], OPEN, OPEN),
    ("open_unit_id", ["unit_id", "officer_id", "state", "due_at"], OPEN, OPEN),
    ("outstanding", ["unit_id"], "outstanding", "outstanding = 1"),
    ("sealed", ["officer_id"], "sealed", "sealed = 1"),
)


def upgrade() -> None:
    for name, columns, *conditions in INDEXES:
        where, on_sqlite = (None if one is None else sa.text(one) for one in conditions)
        op.create_index(
            f"ix_feedback_case_{name}", "feedback_case", columns,
            sqlite_where=on_sqlite, postgresql_where=where,
        )  # fmt: skip


def downgrade() -> None:
    for name, *_rest in reversed(INDEXES):
        op.drop_index(f"ix_feedback_case_{name}", "feedback_case")
