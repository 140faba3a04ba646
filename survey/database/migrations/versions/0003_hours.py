"""Opening hours of centres."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "centre_hours",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("week", sa.JSON(), nullable=False),
        sa.Column("days_off", sa.JSON(), nullable=False),
        sa.Column("idle", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_centre_hours_centre_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", name=op.f("pk_centre_hours")),
    )


def downgrade() -> None:
    op.drop_table("centre_hours")
