"""Forms that were broken off: by a citizen who ended them, or by nobody who went on."""

import sqlalchemy as sa
from alembic import op


revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None

COUNTS = ("timed_out", "given_up")


def upgrade() -> None:
    for name in COUNTS:
        op.add_column(
            "traffic", sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("0"))
        )


def downgrade() -> None:
    with op.batch_alter_table("traffic", schema=None) as batch_op:
        for name in COUNTS:
            batch_op.drop_column(name)
