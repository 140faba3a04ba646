"""Tickets and invitations, as hashes."""

import sqlalchemy as sa
from alembic import op


revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ticket",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("round", sa.String(length=40), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=True),
        sa.Column("field", sa.String(length=40), nullable=True),
        sa.Column("cell_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('ticket', 'invitation')", name=op.f("ck_ticket_kind")),
        sa.ForeignKeyConstraint(["cell_id"], ["cell.id"], name=op.f("fk_ticket_cell_id")),
        sa.ForeignKeyConstraint(["counter_id"], ["counter.id"], name=op.f("fk_ticket_counter_id")),
        sa.ForeignKeyConstraint(["field"], ["field.code"], name=op.f("fk_ticket_field")),
        sa.ForeignKeyConstraint(["round"], ["round.code"], name=op.f("fk_ticket_round")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_ticket")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table(
        "ticket", schema=None, table_kwargs={"sqlite_with_rowid": False}
    ) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_round"), ["round"], unique=False)


def downgrade() -> None:
    op.drop_table("ticket")
