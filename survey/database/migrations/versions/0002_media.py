"""Pictures and sounds of published questionnaires."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "questionnaire_media",
        sa.Column("form", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=96), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["form"], ["questionnaire.name"], name=op.f("fk_questionnaire_media_form")
        ),
        sa.PrimaryKeyConstraint("form", "name", name=op.f("pk_questionnaire_media")),
    )
    with op.batch_alter_table("questionnaire_media", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_questionnaire_media_sha256"), ["sha256"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("questionnaire_media", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_questionnaire_media_sha256"))

    op.drop_table("questionnaire_media")
