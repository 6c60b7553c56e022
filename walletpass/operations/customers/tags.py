"""Words by which a merchant groups customers."""

from walletpass.loyalty.people import MOST_TAGS, read_tag
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.cards.own_account import lock_holder
from walletpass.operations.services import Services
from walletpass.store import people


def add_tag(services: Services, merchant_id: int, account_id: int, text: str) -> None:
    """Had already, it is spelt anew. Raises Refusal bad_tag, too_many_tags, unknown_card, void_card."""
    tag = read_tag(text)
    with services.transaction() as tx:
        member_id = lock_holder(tx, merchant_id, account_id).member_id
        others = {row.folded for row in people.list_tags(tx, member_id)} - {tag.folded}
        if len(others) >= MOST_TAGS:
            raise Refusal("too_many_tags", most=MOST_TAGS)
        people.add_tag(tx, member_id, tag.text, tag.folded)


def remove_tag(services: Services, merchant_id: int, account_id: int, text: str) -> None:
    """Also one that is not there. Raises Refusal bad_tag, unknown_card, void_card."""
    tag = read_tag(text)
    with services.transaction() as tx:
        people.remove_tag(tx, lock_holder(tx, merchant_id, account_id).member_id, tag.folded)
