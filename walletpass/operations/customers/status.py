"""What a merchant thinks of a customer."""

from walletpass.loyalty.people import MemberStatus
from walletpass.operations.cards.own_account import lock_holder
from walletpass.operations.services import Services
from walletpass.store import people
from walletpass.store.statements import change


def set_status(services: Services, merchant_id: int, account_id: int, status: MemberStatus) -> None:
    """Whoever is blocked neither earns nor redeems from now on; nothing is taken away.

    Raises Refusal unknown_card, void_card.
    """
    with services.transaction() as tx:
        member_id = lock_holder(tx, merchant_id, account_id).member_id
        change(tx, people.members, member_id, status=status.value)
