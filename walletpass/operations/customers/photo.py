"""A customer's photo."""

from walletpass.artwork.uploads import read_photo
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.cards.own_account import get_account, lock_holder
from walletpass.operations.services import Services
from walletpass.store import people


def set_photo(services: Services, merchant_id: int, account_id: int, content: bytes) -> str:
    """Its digest, which changes with the picture. Raises UploadRefused, Refusal unknown_card, void_card."""
    photo = read_photo(content)
    with services.transaction() as tx:
        holder = lock_holder(tx, merchant_id, account_id)
        people.keep_photo(tx, holder.member_id, photo.digest, photo.jpeg)
    return photo.digest


def remove_photo(services: Services, merchant_id: int, account_id: int) -> None:
    """Also where there is none. Raises Refusal unknown_card, void_card."""
    with services.transaction() as tx:
        people.remove_photo(tx, lock_holder(tx, merchant_id, account_id).member_id)


def load_photo(services: Services, merchant_id: int, account_id: int) -> bytes:
    """A square JPEG. Raises Refusal unknown_card, unknown_photo."""
    with services.reading() as tx:
        photo = people.find_photo(tx, get_account(tx, merchant_id, account_id).member_id)
    if photo is None:
        raise Refusal("unknown_photo")
    return bytes(photo.jpeg)
