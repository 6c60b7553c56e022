"""Write a migration for what the tables in the code have beyond the newest one: `python tools/migration.py "why"`."""

import sys
import tempfile
from pathlib import Path

from walletpass.store.schema import migrate, write_migration
from walletpass.store.session import Database

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'newest.db'}")
        migrate(database)
        write_migration(database, sys.argv[1])
        database.close()
