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


_IDENTIFIERS = """
    INSERT INTO members (merchant_id, name, language, joined_at) VALUES (1, '', 'en', '2026-01-01');
    INSERT INTO identifiers (member_id, merchant_id, kind, digest, sealed) VALUES (1, 1, 'email', 'a', 'a');
    INSERT INTO identifiers (member_id, merchant_id, kind, digest, sealed) VALUES (1, 1, 'email', 'b', 'b');
"""
_CODE = text(
    "INSERT INTO contact_codes (identifier_id, digest, expires_at, tries_left)"
    " VALUES (:identifier_id, 'c', '2026-01-01', :tries_left)"
)


def test_of_codes_that_one_address_has_the_newest_is_kept(database_url: str) -> None:
    database = Database(database_url)
    with database.transaction() as tx:
        command.upgrade(_config(tx), "0018")
    with database.transaction() as tx:
        tx.execute(_MERCHANT, {"name": "a", "own": None})
        for statement in _IDENTIFIERS.split(";")[:-1]:
            tx.execute(text(statement))
        codes = [(1, 5), (2, 4), (1, 3), (1, 2)]
        tx.execute(_CODE, [{"identifier_id": i, "tries_left": left} for i, left in codes])
    migrate(database)
    with database.reading() as tx:
        kept = text("SELECT identifier_id, tries_left FROM contact_codes ORDER BY identifier_id")
        assert tx.execute(kept).all() == [(1, 2), (2, 4)]
    database.close()
