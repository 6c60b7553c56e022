"""What a posting asks first."""

from datetime import UTC, datetime

from sqlalchemy import Column, MetaData, String, Table, bindparam, func, insert, select
from support.lent_databases import LendDatabase

from walletpass.store.columns import key
from walletpass.store.openings import open_account
from walletpass.store.statements import rows

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
skewed = Table("skewed", MetaData(), key(), Column("name", String(20), nullable=False, index=True))
OF_NAME = select(func.count(skewed.c.id)).where(skewed.c.name == bindparam("wanted"))
PLANNED_ANEW = "SELECT custom_plans FROM pg_prepared_statements WHERE statement LIKE '%%skewed%%'"


def test_a_server_plans_once_for_postings_even_where_one_account_has_most_rows(
    lend_postgresql: LendDatabase,
) -> None:
    """Nobody else is kept from plans of their own."""
    with lend_postgresql() as lent:
        with lent.transaction() as tx:
            skewed.create(tx)
            tx.execute(insert(skewed), [{"name": f"{max(0, number - 20_000)}"} for number in range(21_000)])
            tx.exec_driver_sql("ANALYZE skewed")
        with lent.transaction() as tx:
            assert open_account(tx, 1, NOW) is None
            for number in range(1, 20):
                rows(tx, OF_NAME, wanted=f"{number}")
            assert tx.exec_driver_sql(PLANNED_ANEW).scalars().all() == [0]
        with lent.transaction() as tx:
            assert tx.exec_driver_sql("SHOW plan_cache_mode").scalar_one() == "auto"
