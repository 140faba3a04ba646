"""Whether a reply is a template word for word, which reports tell."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feedback_case", sa.Column("as_template", sa.Boolean()))


def downgrade() -> None:
    op.drop_column("feedback_case", "as_template")
