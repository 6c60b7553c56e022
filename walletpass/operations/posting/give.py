"""Put a reward into a member's hand."""

from collections.abc import Callable
from typing import Any

from walletpass.loyalty.expiry import last_valid_day
from walletpass.loyalty.identifiers import read_code
from walletpass.loyalty.ledger import EntryKind, Line, RewardState
from walletpass.loyalty.notices import Notice
from walletpass.loyalty.reward_templates import RewardKind
from walletpass.loyalty.rewards.issuing import AT_ONCE, Grant
from walletpass.loyalty.rewards.redeeming import new_reward_code
from walletpass.loyalty.rewards.telling import tell_code
from walletpass.operations.gift_cards.issue import open_gift_card
from walletpass.operations.posting.books import Books
from walletpass.operations.posting.letters import write_to_member
from walletpass.operations.posting.outcome import Ready
from walletpass.operations.posting.request import Desk
from walletpass.operations.posting.shelf import note_given, terms_document
from walletpass.operations.services import Services
from walletpass.store import rewards
from walletpass.store.statements import add, change


def digest_reward_code(services: Services, code: str) -> bytes:
    return services.vault.digest("reward code", read_code(code))


def give(services: Services, desk: Desk, books: Books, activity_id: int, grant: Grant) -> Ready | None:
    """Issue the reward, and write the line that pays for it. What a member has at once is not left to be used: None."""
    template = grant.template
    state = RewardState.REDEEMED if template.kind in AT_ONCE else RewardState.ISSUED
    reward_id = add(
        desk.tx,
        rewards.issued_rewards,
        desk.ids.take(rewards.issued_rewards),
        account_id=desk.account.id,
        activity_id=activity_id,
        program_version_id=desk.version_id,
        milestone=grant.milestone,
        template=template.id,
        kind=template.kind.value,
        title=template.title,
        terms=terms_document(template) if template.id else None,
        unit_cost_minor=template.unit_cost_minor,
        state=state.value,
        issued_at=desk.now,
        valid_to=grant.valid_to,
        redeemed_at=desk.now if state is RewardState.REDEEMED else None,
    )
    paid_by = books.write(grant.cost, reward_id=reward_id) if grant.cost is not None else None
    if template.kind is RewardKind.BONUS_UNITS:
        books.write(Line(EntryKind.BONUS, template.quantity, unit=template.unit), reward_id=reward_id)
    if make_code := _CODES.get(template.kind):
        change(desk.tx, rewards.issued_rewards, reward_id, **make_code(services, desk, grant, paid_by))
    note_given(desk, template)
    return Ready(reward_id, template.title) if state is RewardState.ISSUED else None


def _coupon_code(services: Services, desk: Desk, grant: Grant, _paid_by: int | None) -> dict[str, Any]:
    """It can be used elsewhere too."""
    code = new_reward_code(grant.template.code_prefix)
    _send_code(services, desk, grant, code)
    return {"code_digest": digest_reward_code(services, code), "code_sealed": services.vault.seal(code)}


def _gift_card_code(services: Services, desk: Desk, grant: Grant, paid_by: int | None) -> dict[str, Any]:
    account, template = desk.account, grant.template
    card = (
        template.amount_minor,
        desk.program.currency,
        account.member_id,
        account.id,
        paid_by,
        grant.valid_to,
    )
    _, code = open_gift_card(
        services, desk.tx, account.merchant_id, *card, desk.now, transferable=template.transferable
    )
    _send_code(services, desk, grant, code)
    return {"code_sealed": services.vault.seal(code)}


_CODES: dict[RewardKind, Callable[[Services, Desk, Grant, int | None], dict[str, Any]]] = {
    RewardKind.PERCENT_COUPON: _coupon_code,
    RewardKind.AMOUNT_COUPON: _coupon_code,
    RewardKind.GIFT_CARD: _gift_card_code,
}


def _send_code(services: Services, desk: Desk, grant: Grant, code: str) -> None:
    last_day = last_valid_day(grant.valid_to, desk.program.zone) if grant.valid_to else None

    def tell(shop: str, link: str) -> Notice:
        return tell_code(shop, grant.template, desk.program.currency, last_day, code, link)

    write_to_member(services, desk, tell, desk.now)
