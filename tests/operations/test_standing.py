"""How an account stands, for whoever answers for it."""

from support.shops import Shop

from walletpass.operations.cards.standing import load_standing
from walletpass.translations import translator


def test_every_entry_is_told_with_the_balance_of_its_time(shop: Shop) -> None:
    """As the member reads it: newest first, each with what was on the card then."""
    account_id = shop.account_id(shop.join("Anna"))
    for adding in (1, 3):
        shop.stamp(account_id, adding)
        shop.clock.pass_by(hours=1)
    entries = load_standing(shop.services, shop.merchant_id, account_id).entries
    told = [(entry.quantity, entry.after, translator("en").say(entry.told)) for entry in entries]
    assert told == [(3, 4, "3 stamps added: 4 of 10."), (1, 1, "Stamped: 1 of 10.")]
