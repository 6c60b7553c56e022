"""What is in a database when it is brought to a newer schema."""

from alembic import command
from sqlalchemy import text

from walletpass.store.schema import _config, migrate
from walletpass.store.session import Database

_MERCHANT = text(
    "INSERT INTO merchants (name, slug, language, contact, pass_type_identifier, created_at)"
    " VALUES (:name, :name, 'en', '', :own, '2026-01-01')"
)


def test_pass_types_that_shops_brought_are_known_to_be_theirs(database_url: str) -> None:
    """Also where no pass was issued yet, and where a shop brought none."""
    database = Database(database_url)
    with database.transaction() as tx:
        command.upgrade(_config(tx), "0014")
    with database.transaction() as tx:
        tx.execute(_MERCHANT, [{"name": "a", "own": None}, {"name": "b", "own": "pass.b"}])
    migrate(database)
    with database.reading() as tx:
        known = text(
            "SELECT p.pass_type_identifier, m.name FROM pass_types p LEFT JOIN merchants m ON m.id = p.merchant_id"
        )
        assert tx.execute(known).all() == [("pass.b", "b")]
    database.close()
