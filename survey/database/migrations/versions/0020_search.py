"""The index of the words of cases: FTS5 on SQLite, a vector a case on PostgreSQL.

It is filled by `sipas feedback reindex`.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

FTS5 = """
CREATE VIRTUAL TABLE feedback_search USING fts5(
    exact, folded, unit, columnsize = 0,
    tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* Co'"
)
"""
FORGETS = "INSERT INTO feedback_search (feedback_search, rank) VALUES ('secure-delete', 1)"
VECTORS = """
CREATE TABLE feedback_search (
    case_id integer PRIMARY KEY REFERENCES feedback_case (id),
    words tsvector NOT NULL
)
"""
GIN = """
CREATE INDEX ix_feedback_search_words ON feedback_search USING gin (words) WITH (fastupdate = off)
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(FTS5)
        op.execute(FORGETS)
    else:
        op.execute(VECTORS)
        op.execute(GIN)


def downgrade() -> None:
    op.execute("DROP TABLE feedback_search")
