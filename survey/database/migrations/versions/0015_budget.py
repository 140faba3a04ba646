"""How many answers without a ticket a round expects of a counter on one day."""

import sqlalchemy as sa
from alembic import op


revision = "0015"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("round", sa.Column("open_budget", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_column("open_budget")
