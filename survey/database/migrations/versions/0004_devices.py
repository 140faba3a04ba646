"""Devices of counters, keys to seal to, and when a waiting answer was finished."""

from typing import Any

import sqlalchemy as sa
from alembic import op


revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UNORDERED: Any = {"table_kwargs": {"sqlite_with_rowid": False}}  # a copied table stays without


def upgrade() -> None:
    op.create_table(
        "sealing_key",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("public", sa.JSON(), nullable=False),
        sa.Column("private_sealed", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealing_key")),
    )
    op.create_table(
        "centre_pin",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("pin", sa.JSON(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_centre_pin_centre_id")),
        sa.PrimaryKeyConstraint("centre_id", name=op.f("pk_centre_pin")),
    )
    op.create_table(
        "device",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("key", sa.JSON(), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("pin", sa.JSON(), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enrolled_by", sa.String(length=80), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=80), nullable=True),
        sa.Column("revoked_because", sa.String(length=200), nullable=True),
        sa.Column("contact_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("skew", sa.Double(), nullable=True),
        sa.Column("version", sa.String(length=40), nullable=True),
        sa.Column("queued", sa.Integer(), nullable=True),
        sa.Column("oldest_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("greatest_seq", sa.Integer(), nullable=True),
        sa.Column("settled_seq", sa.Integer(), nullable=True),
        sa.Column("persisted", sa.Boolean(), nullable=True),
        sa.Column("battery", sa.Double(), nullable=True),
        sa.Column("storage", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["counter_id"], ["counter.id"], name=op.f("fk_device_counter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_counter_id"), ["counter_id"], unique=False)

    op.create_table(
        "enrolment_code",
        sa.Column("half", sa.String(length=64), nullable=False),
        sa.Column("whole", sa.String(length=64), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counter.id"], name=op.f("fk_enrolment_code_counter_id")
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_enrolment_code_device_id")
        ),
        sa.PrimaryKeyConstraint("half", name=op.f("pk_enrolment_code")),
    )
    with op.batch_alter_table("enrolment_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolment_code_made_at"), ["made_at"], unique=False)

    long_ago = sa.text("'1970-01-01 00:00:00'")
    op.add_column(
        "intake",
        sa.Column(
            "answered_at", sa.DateTime(timezone=True), nullable=False, server_default=long_ago
        ),
    )
    op.add_column(
        "intake", sa.Column("signals", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
    )
    op.execute("UPDATE intake SET answered_at = received_at")
    of_devices = sa.text("device IS NOT NULL")
    op.create_index(
        "ix_receipt_device_seq",
        "receipt",
        ["device", "seq"],
        sqlite_where=of_devices,
        postgresql_where=of_devices,
    )

    with op.batch_alter_table("kept_for_review", schema=None) as batch_op:
        batch_op.add_column(sa.Column("device", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("seq", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_index("ix_receipt_device_seq", "receipt")
    with op.batch_alter_table("kept_for_review", schema=None, **UNORDERED) as batch_op:
        batch_op.drop_column("seq")
        batch_op.drop_column("device")

    with op.batch_alter_table("intake", schema=None, **UNORDERED) as batch_op:
        batch_op.drop_column("signals")
        batch_op.drop_column("answered_at")

    with op.batch_alter_table("enrolment_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolment_code_made_at"))

    op.drop_table("enrolment_code")
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_device_counter_id"))

    op.drop_table("device")
    op.drop_table("centre_pin")
    op.drop_table("sealing_key")
