"""An address has one code under way. Two that were asked for at the same moment could not be read any more."""

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.execute(
        "DELETE FROM contact_codes WHERE id NOT IN (SELECT max(id) FROM contact_codes GROUP BY identifier_id)"
    )
    with op.batch_alter_table("contact_codes") as codes:
        codes.drop_index("ix_contact_codes_identifier_id")
        codes.create_unique_constraint("uq_contact_codes_identifier_id", ["identifier_id"])
