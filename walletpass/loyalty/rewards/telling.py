"""What a member is told of a reward in their hand: what it brings, on what terms, and its code."""

from collections.abc import Iterator
from datetime import date

from walletpass.loyalty.notices import Notice
from walletpass.loyalty.reward_templates import RewardKind, RewardTemplate
from walletpass.loyalty.wording import Money, Percent, Sentence, in_a_row, sentence


def tell_code(
    shop: str, terms: RewardTemplate, currency: str, last_day: date | None, code: str, link: str
) -> Notice:
    """Of a coupon or a gift card."""
    told = [*list_terms(terms, currency), *_list_end(last_day)]
    return Notice(
        sentence("%(shop)s: %(reward)s is yours", shop=shop, reward=terms.title),
        sentence(
            "%(reward)s is yours. The code: %(code)s\n\n%(terms)s"
            "\n\nShow it at %(shop)s, or type it where you pay.\n\nYour card: %(link)s",
            reward=terms.title,
            code=code,
            terms=in_a_row(told),
            shop=shop,
            link=link,
        ),
    )


def tell_gift_card(left: Money, last_day: date | None, *, transferable: bool) -> Sentence:
    """What is left on it, and how it can be used."""
    return in_a_row([*_list_gift_card(left, transferable=transferable), *_list_end(last_day)])


def list_terms(terms: RewardTemplate, currency: str) -> list[Sentence]:
    """All but the last day; none where the title says everything."""
    told: list[Sentence] = []
    if terms.kind.is_coupon:
        told += _list_coupon(terms, currency)
    if terms.kind is RewardKind.GIFT_CARD:
        told += _list_gift_card(Money(terms.amount_minor, currency), transferable=terms.transferable)
    if terms.text:
        told.append(Sentence("%(text)s", "", {"text": terms.text}))
    return told


def _list_coupon(terms: RewardTemplate, currency: str) -> Iterator[Sentence]:
    is_percent = terms.kind is RewardKind.PERCENT_COUPON
    off = Percent(terms.percent) if is_percent else Money(terms.amount_minor, currency)
    if terms.minimum_minor:
        least = Money(terms.minimum_minor, currency)
        yield sentence("%(off)s off an order of at least %(least)s before discounts.", off=off, least=least)
    else:
        yield sentence("%(off)s off an order.", off=off)
    if terms.maximum_minor:
        yield sentence("At most %(most)s off.", most=Money(terms.maximum_minor, currency))


def _list_gift_card(left: Money, *, transferable: bool) -> Iterator[Sentence]:
    yield sentence("There is %(money)s on it.", money=left)
    if transferable:
        yield sentence("It can be given to somebody else.")
    else:
        yield sentence("It cannot be given to anybody else.")


def _list_end(last_day: date | None) -> Iterator[Sentence]:
    if last_day is not None:
        yield sentence("Valid through %(day)s.", day=last_day)
