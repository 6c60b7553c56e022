"""Members of the demo's year, as far as staff see them."""

from dataclasses import dataclass, field

from walletpass.operations.posting.outcome import Ready


@dataclass(frozen=True, slots=True)
class Payment:
    """With a gift card."""

    gift_card_id: int
    transaction_id: int


@dataclass(frozen=True, slots=True)
class Sale:
    external_id: str
    eligible_minor: int
    items: dict[str, int]
    payment: Payment | None = None
    coupon: int | None = None
    """Number of the one that was used."""


@dataclass
class Member:
    account_id: int
    member_id: int
    branch: int
    """Which one, in the order in which they were opened."""
    page_key: str
    ready: tuple[Ready, ...] = ()
    points: int = 0
    sales: list[Sale] = field(default_factory=list)
    booking: str = ""
    """What they have been waiting for; empty: nothing."""
    to_give: list[int] = field(default_factory=list)
    """Gift cards bought for others; then those that were given, and those that got lost."""
    given: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    has_gift_card: bool = False
    """Or had one."""
    first: "Member | None" = None
    """Of somebody who joined once more."""
