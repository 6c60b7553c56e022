"""A letter to the member of an account, in the member's language."""

from collections.abc import Callable
from datetime import datetime

from walletpass.loyalty.notices import Notice
from walletpass.operations.delivery.letters import put_letter
from walletpass.operations.posting.request import Desk
from walletpass.operations.services import Services
from walletpass.store import people


def write_to_member(services: Services, desk: Desk, tell: Callable[[str, str], Notice], at: datetime) -> bool:
    """`tell` gets the shop's name and the address of the card. Whether there is an address to write to."""
    account = desk.account
    mail = people.find_email(desk.tx, account.member_id)
    if mail is None:
        return False
    link = services.links.card(services.vault.unseal(account.page_key_sealed))
    notice = tell(account.merchant_name, link)
    to = services.vault.unseal(mail.sealed)
    put_letter(services, desk.tx, to, account.member_language, notice.subject, notice.text, at)
    return True
