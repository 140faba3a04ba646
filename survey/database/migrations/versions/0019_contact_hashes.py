"""What finds the cases of somebody who asks for what is kept of them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

NAMES = ("phone_hash", "email_hash")


def upgrade() -> None:
    for name in NAMES:
        op.add_column("feedback_contact", sa.Column(name, sa.String(length=64)))
        op.create_index(f"ix_feedback_contact_{name}", "feedback_contact", [name])


def downgrade() -> None:
    for name in NAMES:
        op.drop_index(f"ix_feedback_contact_{name}", "feedback_contact")
        op.drop_column("feedback_contact", name)
