"""Decisions about what is kept for review and about flags; imports of people served."""

from typing import Any

import sqlalchemy as sa
from alembic import op


revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UNORDERED: Any = {"table_kwargs": {"sqlite_with_rowid": False}}  # a copied table stays without


def upgrade() -> None:
    op.create_table(
        "served_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_served_import")),
    )
    op.create_table(
        "flag_decision",
        sa.Column("round", sa.String(length=40), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("decision", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counter.id"], name=op.f("fk_flag_decision_counter_id")
        ),
        sa.ForeignKeyConstraint(["round"], ["round.code"], name=op.f("fk_flag_decision_round")),
        sa.PrimaryKeyConstraint("round", "counter_id", "day", name=op.f("pk_flag_decision")),
    )
    with op.batch_alter_table("kept_for_review", schema=None, **UNORDERED) as batch_op:
        batch_op.add_column(sa.Column("counter_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("skew", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("decision", sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column("because", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("decided_by", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_kept_for_review_counter_id"), "counter", ["counter_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("kept_for_review", schema=None, **UNORDERED) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_kept_for_review_counter_id"), type_="foreignkey")
        batch_op.drop_column("decided_at")
        batch_op.drop_column("decided_by")
        batch_op.drop_column("because")
        batch_op.drop_column("decision")
        batch_op.drop_column("skew")
        batch_op.drop_column("counter_id")

    op.drop_table("flag_decision")
    op.drop_table("served_import")
