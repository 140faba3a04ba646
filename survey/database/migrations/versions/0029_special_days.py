"""Days on which a centre serves at other hours than its week says; hours that are new."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, kind, default in (
        ("special_days", sa.JSON(), sa.text("'[]'")),
        ("pending", sa.Boolean(), sa.false()),
    ):
        column = sa.Column(name, kind, nullable=False, server_default=default)
        op.add_column("centre_hours", column)


def downgrade() -> None:
    with op.batch_alter_table("centre_hours", schema=None) as batch_op:
        batch_op.drop_column("pending")
        batch_op.drop_column("special_days")
