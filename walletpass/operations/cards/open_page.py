"""A card's page on the web, found by the key in its address."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from walletpass.artwork.qr import draw_qr
from walletpass.card.card import Card
from walletpass.card.design import Design
from walletpass.loyalty.expiry import last_valid_day
from walletpass.loyalty.identifiers import spell_code
from walletpass.loyalty.program import Program, ProgramState, can_join
from walletpass.loyalty.program_document import load_program
from walletpass.loyalty.referrals import rewards_friends
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rewards.telling import tell_gift_card
from walletpass.loyalty.wording import Money, Sentence, sentence
from walletpass.operations.cards.history import HistoryLine, load_history
from walletpass.operations.cards.load_card import load_card
from walletpass.operations.cards.wallet_card import NOTICES, end_card
from walletpass.operations.cards.withheld import find_withheld
from walletpass.operations.designs.load_design import draw_card_images, load_design
from walletpass.operations.gift_cards.show import View, list_spendable
from walletpass.operations.posting.current import settle_if_due
from walletpass.operations.referrals.code import get_referral_code
from walletpass.operations.referrals.note import note_browser
from walletpass.operations.services import Services
from walletpass.settings import WalletMode
from walletpass.store import accounts, gift_cards, merchants
from walletpass.store.session import Transaction

_NOTED_EVERY = timedelta(hours=1)
_OVER = {
    "closed": sentence("This card has been closed. Ask at the shop for a new one."),
    "merged": sentence("This card was joined with your other one, which has all that was collected here."),
}
"""Why nothing more comes of a card, by its state."""


@dataclass(frozen=True, slots=True)
class HeldGiftCard:
    told: Sentence
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CardPage:
    version: int
    """See `get_version`."""
    card: Card
    """Void, and without a promise, where nothing more comes of it."""
    notice: Sentence | None
    """Why it is not as usual; None: it is."""
    withheld: Sentence | None
    """Why what is on it brings nothing, though it is enough; None: it is not, or there is a notice."""
    design: Design
    design_version_id: int
    program_code: str
    zone: ZoneInfo
    history: list[HistoryLine]
    """Newest first."""
    gift_cards: list[HeldGiftCard]
    """That can be spent now, oldest first."""
    invite_link: str
    """For friends; empty where they bring nothing."""
    invite_code: str
    """The same to be told."""
    with_apple_wallet: bool
    with_google_wallet: bool
    """Whether a card for it can be had at all."""


def open_page(
    services: Services, page_key: str, language: str, get_device: Callable[[], str] = lambda: ""
) -> CardPage:
    """As it is now, told in `language`; notes once an hour that it was looked at. Where friends bring something, notes
    in which browser: `get_device` tells what that has kept since its first visit. Raises Refusal unknown_page.
    """
    _bring_up_to_date(services, page_key)
    with services.snapshot() as tx:
        account = _get_account(services, tx, page_key)
        loaded = load_card(services, tx, account, language, with_reward_codes=True)
        design = load_design(tx, loaded.design_version_id)
        program = merchants.get_program(tx, account.program_id)
        history = load_history(tx, account)
        held = list_spendable(services, tx, account.member_id)
        withheld = find_withheld(services, tx, account)
        version = _count_version(tx, account)
    _note_opened(services, account)
    rules, state = load_program(program.rules), ProgramState(account.program_state)
    is_over = account.state in _OVER or state is ProgramState.ENDED
    invite_code = _find_invite_code(services, account, rules)
    if invite_code:
        note_browser(services, account.id, get_device())
    notice = _OVER.get(account.state) or NOTICES.get(state)
    return CardPage(
        version=version,
        card=end_card(loaded.card) if is_over else loaded.card,
        notice=notice,
        withheld=None if notice else withheld,
        design=design,
        design_version_id=loaded.design_version_id,
        program_code=program.code,
        zone=rules.zone,
        history=history,
        gift_cards=[HeldGiftCard(_tell_gift_card(card, rules.zone), card.code) for card in held],
        invite_link=services.links.invite(program.code, invite_code) if invite_code else "",
        invite_code=spell_code(invite_code),
        with_apple_wallet=services.settings.apple_wallet is not WalletMode.OFF,
        with_google_wallet=services.settings.google_wallet is not WalletMode.OFF,
    )


def get_version(services: Services, page_key: str) -> int:
    """Of the page as it is now: another one whenever it shows something else. Raises Refusal unknown_page."""
    account = _bring_up_to_date(services, page_key)
    with services.reading() as tx:
        return _count_version(tx, account)


def draw_picture(services: Services, page_key: str, name: str) -> bytes:
    """PNG of the card's strip, logo or icon, three pixels to the point. Raises Refusal unknown_page."""
    with services.snapshot() as tx:
        loaded = load_card(services, tx, _get_account(services, tx, page_key))
    return draw_card_images(services, loaded.design_version_id, loaded.card.progress)[name][3]


def draw_barcode(services: Services, page_key: str) -> str:
    """SVG of the code that staff scan. Raises Refusal unknown_page."""
    with services.snapshot() as tx:
        return draw_qr(load_card(services, tx, _get_account(services, tx, page_key)).card.scan_code)


def draw_link(services: Services, page_key: str) -> str:
    """SVG of a code that opens the page on another device. Raises Refusal unknown_page."""
    with services.reading() as tx:
        _get_account(services, tx, page_key)
    return draw_qr(services.links.card(page_key))


def _count_version(tx: Transaction, account: Any) -> int:
    """A gift card is paid with without a word to the card."""
    return int(account.card_version) + gift_cards.count_moves_of_held(tx, account.member_id)


def _find_invite_code(services: Services, account: Any, rules: Program) -> str:
    """Made when it is first shown."""
    may_join = can_join(ProgramState(account.program_state))
    if account.state != "active" or not may_join or not rewards_friends(rules.earn):
        return ""
    if account.referral_code is None:
        with suppress(Refusal):
            return get_referral_code(services, account.merchant_id, account.id)
    return account.referral_code or ""


def _tell_gift_card(card: View, zone: ZoneInfo) -> Sentence:
    last_day = last_valid_day(card.expires_at, zone) if card.expires_at else None
    left = Money(card.usable_minor, card.currency)
    return tell_gift_card(left, last_day, transferable=card.transferable)


def _note_opened(services: Services, account: Any) -> None:
    now = services.clock.now()
    if account.page_opened_at is None or account.page_opened_at <= now - _NOTED_EVERY:
        # A database that cannot write is no reason not to show what was read.
        with suppress(Refusal), services.transaction() as tx:
            accounts.note_opened(tx, account.id, now)


def _bring_up_to_date(services: Services, page_key: str) -> Any:
    with services.reading() as tx:
        account = _get_account(services, tx, page_key)
    return settle_if_due(services, account.id, account.next_change_at) or account


def _get_account(services: Services, tx: Transaction, page_key: str) -> Any:
    account = accounts.find_account_by_page_key(tx, services.vault.digest("page key", page_key))
    if account is None:
        raise Refusal("unknown_page")
    return account
