"""What benches load in large batches, against what is written one by one."""

from dataclasses import replace

from support.audits import tamper
from support.shops import Shop

from benchmarks.deep_ledger import deepen
from benchmarks.loaded_ledger import load
from walletpass.loyalty.expiry_policy import ExpiryPolicy
from walletpass.loyalty.units import Unit
from walletpass.operations.earning.adjust import adjust
from walletpass.operations.enrolment.join import new_form_key
from walletpass.operations.installation.history_shop import PROGRAM
from walletpass.operations.ledger.found import Found
from walletpass.operations.ledger.verify import verify
from walletpass.operations.posting.request import Post
from walletpass.store import accounts, ledger
from walletpass.store.statements import rows

PEOPLE, COPIES, VISITS = 10, 110, 2
RETURNING, TO_RETURN = 60, 8
"""So many people, each with so many visits, bring something back too."""


def test_a_thousand_accounts_in_bulk_verify_like_others(shop: Shop) -> None:
    """Every chain is whole, of its own, and goes on with what is posted next."""
    merchant_id = load(shop.services, PEOPLE, COPIES, VISITS).merchant_id
    with shop.services.reading() as tx:
        last = rows(tx, accounts.accounts.select().order_by(accounts.accounts.c.id.desc()).limit(1))[0]
        heads = {row.chain_head for row in rows(tx, accounts.accounts.select())}
    assert len(heads) == last.id == PEOPLE * COPIES
    request = Post(merchant_id, last.id, new_form_key(), {})
    adjust(shop.services, request, Unit.POINTS, 5, "courtesy")
    found: list[Found] = []
    report = verify(shop.services, merchant_id, found.append)
    assert found == []
    assert report.looked_at["accounts"] == PEOPLE * COPIES
    assert report.looked_at["entries"] > 2 * PEOPLE * COPIES
    with shop.services.reading() as tx:
        digests = {row.digest for row in rows(tx, accounts.scan_codes.select())}
        names = [row.external_id for row in rows(tx, ledger.activities.select()) if row.external_id]
    assert len(digests) == 2 * PEOPLE * COPIES
    assert len(names) == len(set(names)) > 0


def test_what_was_brought_back_verifies_in_bulk_too(shop: Shop) -> None:
    load(shop.services, RETURNING, 2, TO_RETURN)
    with shop.services.reading() as tx:
        brought_back = [row.details for row in rows(tx, ledger.activities.select()) if row.kind == "refunded"]
    assert len({details["takes_back"] for details in brought_back}) == len(brought_back) > 0
    found: list[Found] = []
    verify(shop.services, None, found.append)
    assert found == []


def test_several_processes_find_what_one_finds(shop: Shop) -> None:
    """Wherever it is, in the same order, and nothing else."""
    load(shop.services, PEOPLE, COPIES, 0)
    tamper(shop, "UPDATE accounts SET points = points + 1 WHERE id IN (7, 1003)")
    tamper(shop, "UPDATE ledger_entries SET reason = 'x' WHERE account_id = 1100")
    told: dict[int, list[Found]] = {1: [], 2: []}
    one, two = (verify(shop.services, None, told[n].append, processes=n) for n in told)
    assert one == two
    assert one.looked_at["accounts"] == PEOPLE * COPIES
    assert [found.account_id for found in told[1]] == [7, 1003, 1100]
    assert told[1] == told[2]


def test_a_long_ledger_verifies_like_others(shop: Shop) -> None:
    counter = load(shop.services, 2, 1, 0, replace(PROGRAM, expiry=ExpiryPolicy()))
    deepen(shop.services, 1, 1000)
    request = Post(counter.merchant_id, 1, new_form_key(), {})
    adjust(shop.services, request, Unit.POINTS, 5, "courtesy")
    found: list[Found] = []
    assert verify(shop.services, None, found.append).looked_at["entries"] > 1000
    assert found == []
