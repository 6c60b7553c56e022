"""Rewards of a card: the commands `walletpass card choose`, `reserve`, `release`, `redeem`, `reinstate`."""

import secrets

import click

from walletpass.cli.at_counter import ENGLISH, Counter, of_card, open_counter, with_key
from walletpass.operations.cards.standing import load_standing
from walletpass.operations.rewards import redeem as using
from walletpass.operations.rewards.choose import choose as choose_reward
from walletpass.operations.rewards.tell_use import tell_last_use

_KEY_BYTES = 12
_number = click.option("--reward", type=int, help="Its number, where CODE is not its own.")


@click.command()
@of_card
@click.argument("reward")
@with_key
def choose(shop: str, code: str, reward: str, key: str) -> None:
    """Let the customer take REWARD, by its id in the rules, for its price."""
    with open_counter(shop) as counter:
        account_id = counter.find(code)
        before = _list_codes(counter, account_id)
        request = counter.request(account_id, key, reward=reward)
        counter.tell(choose_reward(counter.services, request, reward))
        for code in _list_codes(counter, account_id):
            if code not in before:
                click.echo(f"code: {code}")


@click.command()
@of_card
@_number
@click.option(
    "--reservation", help="A name for it, 8 to 80 letters and digits; else one is made.", default=""
)
@with_key
def reserve(shop: str, code: str, reward: int | None, reservation: str, key: str) -> None:
    """Keep a reward for whoever hands it out now, and print the name of the reservation."""
    with open_counter(shop) as counter:
        held = _find(counter, code, reward)
        reservation = reservation or secrets.token_urlsafe(_KEY_BYTES)
        request = counter.request(held.account_id, key, reward=held.reward_id)
        using.reserve(counter.services, request, held.reward_id, reservation)
    click.echo(reservation)


@click.command()
@of_card
@click.argument("reservation")
@_number
@with_key
def release(shop: str, code: str, reservation: str, reward: int | None, key: str) -> None:
    """End RESERVATION: the reward was not handed out."""
    with open_counter(shop) as counter:
        held = _find(counter, code, reward)
        request = counter.request(held.account_id, key, reward=held.reward_id, reservation=reservation)
        counter.tell(using.release(counter.services, request, held.reward_id, reservation))


@click.command()
@of_card
@_number
@click.option("--order", help="What a coupon is used for, before discount, such as 12.40.")
@click.option("--reservation", help="With which it was reserved.", default="")
@with_key
def redeem(shop: str, code: str, reward: int | None, order: str | None, reservation: str, key: str) -> None:
    """Use a reward: CODE is its own, or with --reward the card's."""
    with open_counter(shop) as counter:
        held = _find(counter, code, reward)
        minor = counter.read_money(order) if order else 0
        request = counter.request(
            held.account_id, key, reward=held.reward_id, order=order, reservation=reservation
        )
        outcome = using.redeem(
            counter.services, request, held.reward_id, reservation=reservation, order_minor=minor
        )
        counter.tell(outcome)
        if off := tell_last_use(counter.services, held.reward_id):
            click.echo(ENGLISH.say(off))


@click.command()
@of_card
@_number
@with_key
def reinstate(shop: str, code: str, reward: int | None, key: str) -> None:
    """Give a used reward back, because what it was used for was taken back."""
    with open_counter(shop) as counter:
        held = _find(counter, code, reward)
        request = counter.request(held.account_id, key, reward=held.reward_id)
        counter.tell(using.reinstate(counter.services, request, held.reward_id))


def _list_codes(counter: Counter, account_id: int) -> list[str]:
    """Of coupons and gift cards in the customer's hand."""
    standing = load_standing(counter.services, counter.merchant_id, account_id)
    coupons = [reward.code for reward in standing.rewards if reward.code]
    return coupons + [gift_card.code for gift_card in standing.gift_cards]


def _find(counter: Counter, code: str, reward: int | None) -> using.HeldReward:
    if reward is None:
        return using.find_by_code(counter.services, counter.merchant_id, code)
    return using.HeldReward(counter.find(code), reward)
