"""Cases of feedback, their events, words, pictures, contacts and codes."""

import sqlalchemy as sa
from alembic import op


revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("text", "picture", "event", "contact", "code", "case")


def upgrade() -> None:
    _cases()
    _senders()
    _events()
    _words()


def downgrade() -> None:
    for name in TABLES:
        op.drop_table(f"feedback_{name}")


def _cases() -> None:
    op.create_table('feedback_case',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('receipt', sa.String(length=64), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('shown_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('channel', sa.String(length=10), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('anonymous', sa.Boolean(), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=False),
    sa.Column('centre_id', sa.Integer(), nullable=True),
    sa.Column('counter_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('topic', sa.String(length=40), nullable=True),
    sa.Column('field', sa.String(length=40), nullable=True),
    sa.Column('severity', sa.String(length=8), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('officer_id', sa.Integer(), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reopened', sa.Integer(), nullable=False),
    sa.Column('merged_into', sa.Integer(), nullable=True),
    sa.Column('outstanding', sa.Boolean(), nullable=False),
    sa.Column('sealed', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_feedback_case_area_id')),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_feedback_case_centre_id')),
    sa.ForeignKeyConstraint(['counter_id'], ['counter.id'], name=op.f('fk_feedback_case_counter_id')),
    sa.ForeignKeyConstraint(['field'], ['field.code'], name=op.f('fk_feedback_case_field')),
    sa.ForeignKeyConstraint(['merged_into'], ['feedback_case.id'], name=op.f('fk_feedback_case_merged_into')),
    sa.ForeignKeyConstraint(['officer_id'], ['staff.id'], name=op.f('fk_feedback_case_officer_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['area.id'], name=op.f('fk_feedback_case_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback_case')),
    sa.UniqueConstraint('receipt', name=op.f('uq_feedback_case_receipt'))
    )
    with op.batch_alter_table('feedback_case', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feedback_case_area_id'), ['area_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_feedback_case_merged_into'), ['merged_into'], unique=False)
        batch_op.create_index('ix_feedback_case_officer_id_state', ['officer_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_feedback_case_received_at'), ['received_at'], unique=False)
        batch_op.create_index('ix_feedback_case_state_due_at', ['state', 'due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_feedback_case_topic'), ['topic'], unique=False)
        batch_op.create_index('ix_feedback_case_unit_id_state', ['unit_id', 'state'], unique=False)



def _senders() -> None:
    op.create_table('feedback_code',
    sa.Column('selector', sa.String(length=8), nullable=False),
    sa.Column('verifier_hash', sa.String(length=120), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['feedback_case.id'], name=op.f('fk_feedback_code_case_id')),
    sa.PrimaryKeyConstraint('selector', name=op.f('pk_feedback_code'))
    )
    with op.batch_alter_table('feedback_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feedback_code_case_id'), ['case_id'], unique=False)

    op.create_table('feedback_contact',
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('sealed', sa.Text(), nullable=False),
    sa.Column('notice', sa.String(length=20), nullable=False),
    sa.Column('notice_digest', sa.String(length=64), nullable=False),
    sa.Column('consented_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['feedback_case.id'], name=op.f('fk_feedback_contact_case_id')),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_feedback_contact'))
    )


def _events() -> None:
    op.create_table('feedback_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('act', sa.String(length=20), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('previous', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['feedback_case.id'], name=op.f('fk_feedback_event_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback_event')),
    sa.UniqueConstraint('case_id', 'seq', name=op.f('uq_feedback_event_case_id_seq'))
    )
    with op.batch_alter_table('feedback_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feedback_event_at'), ['at'], unique=False)



def _words() -> None:
    op.create_table('feedback_picture',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('media_type', sa.String(length=20), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=True),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['feedback_case.id'], name=op.f('fk_feedback_picture_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback_picture'))
    )
    with op.batch_alter_table('feedback_picture', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feedback_picture_case_id'), ['case_id'], unique=False)

    op.create_table('feedback_text',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=10), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('salt', sa.String(length=32), nullable=False),
    sa.Column('sealed', sa.Text(), nullable=False),
    sa.Column('shown', sa.Text(), nullable=False),
    sa.Column('marks', sa.JSON(), nullable=False),
    sa.Column('confirmed_by', sa.String(length=80), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['feedback_case.id'], name=op.f('fk_feedback_text_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback_text'))
    )
    with op.batch_alter_table('feedback_text', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feedback_text_case_id'), ['case_id'], unique=False)

