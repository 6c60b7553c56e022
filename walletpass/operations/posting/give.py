"""Put a reward into a member's hand."""

from walletpass.loyalty.identifiers import read_code
from walletpass.loyalty.ledger import EntryKind, Line, RewardState
from walletpass.loyalty.reward_templates import RewardKind
from walletpass.loyalty.rewards.issuing import AT_ONCE, Grant
from walletpass.loyalty.rewards.redeeming import new_reward_code
from walletpass.operations.posting.books import Books
from walletpass.operations.posting.request import Desk
from walletpass.operations.posting.shelf import note_given, terms_document
from walletpass.operations.services import Services
from walletpass.store import rewards
from walletpass.store.statements import add


def digest_reward_code(services: Services, code: str) -> bytes:
    return services.vault.digest("reward code", read_code(code))


def give(services: Services, desk: Desk, books: Books, activity_id: int, grant: Grant) -> None:
    """Issue the reward, and write the line that pays for it. What a member has at once is not left to be used."""
    template = grant.template
    coded = {}
    if template.kind.is_coupon:  # used elsewhere too, by its code
        code = new_reward_code(template.code_prefix)
        coded = {"code_digest": digest_reward_code(services, code), "code_sealed": services.vault.seal(code)}
    state = RewardState.REDEEMED if template.kind in AT_ONCE else RewardState.ISSUED
    reward_id = add(
        desk.tx,
        rewards.issued_rewards,
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
        **coded,
    )
    if grant.cost is not None:
        books.write(grant.cost, reward_id=reward_id)
    if template.kind is RewardKind.BONUS_UNITS:
        books.write(Line(EntryKind.BONUS, template.quantity, unit=template.unit), reward_id=reward_id)
    note_given(desk, template)
