"""Whatever happens to cards, in whatever order: they stand as a naive account says, and every invariant holds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import hypothesis
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from support.naive_ledger import Given
from support.naive_ledger import merge as merge_naively
from support.naive_shops import LAST_DAYS, WHO, Cards, Twin
from support.naive_till import GiftCards
from support.naive_units import is_over
from support.shops import add_shop, open_shop

from walletpass.loyalty.earn_rules import Trigger
from walletpass.loyalty.program import Milestone
from walletpass.loyalty.rules.amounts import Price
from walletpass.loyalty.rules.basket import returned
from walletpass.loyalty.units import Unit
from walletpass.operations.customers.merge import merge
from walletpass.operations.earning.adjust import adjust, bring_in, revive
from walletpass.operations.earning.extend import extend
from walletpass.operations.earning.purchase import Purchase, post_event, post_purchase
from walletpass.operations.earning.refund import refund
from walletpass.operations.earning.stamp import stamp
from walletpass.operations.earning.undo import undo
from walletpass.operations.enrolment.join import new_form_key
from walletpass.operations.posting.outcome import Outcome
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.rewards.choose import choose
from walletpass.operations.rewards.redeem import redeem
from walletpass.settings import Settings
from walletpass.store.session import Database

UNITS = st.sampled_from(Unit)


class Play(GiftCards, Cards):
    # What brings units.

    @rule(who=WHO, adding=st.integers(1, 5))
    def stamp(self, who: int, adding: int) -> None:
        card = self.open(who)
        if self._earns(card, card.naive.today, stamp, adding):
            self._earn(card, Given(card.naive.today), stamps=adding)
            self.ask(card, stamp, adding)

    @rule(who=WHO, money=st.integers(1, 9000))
    def buy(self, who: int, money: int) -> None:
        self._buy(who, money)

    @rule(who=WHO, money=st.integers(1, 4000), hours=st.sampled_from((5, 30, 71)))
    def send_late(self, who: int, money: int, hours: int) -> None:
        """The till had no network when it was bought."""
        self._buy(who, money, hours)

    def _buy(self, who: int, money: int, hours: int = 0) -> None:
        card, name = self.open(who), f"{self.shop.merchant_id}-{next(self.numbers)}"
        at = self.shop.clock.at - timedelta(hours=hours)
        given = Given(at.astimezone(self.zone).date(), 1, money, card.naive.carried)
        purchase = Purchase(Price(money), "EUR", {}, name, at if hours else None)
        if self._earns(card, given.day, post_purchase, purchase):
            card.naive.carried = given.carries(money)
            self._earn(card, given, stamps=1, points=given.worth(money), late=bool(hours))
            card.bills[name] = given
            self.ask(card, post_purchase, purchase)

    @rule(who=WHO)
    def share(self, who: int) -> None:
        card = self.open(who)
        if self._earns(card, card.naive.today, post_event, Trigger.SHARE):
            self._earn(card, Given(card.naive.today, visits=0), points=7)
            self.ask(card, post_event, Trigger.SHARE)

    @rule(who=WHO, unit=UNITS, quantity=st.integers(-15, 20).filter(bool))
    def adjust(self, who: int, unit: Unit, quantity: int) -> None:
        card = self.open(who)
        if quantity < 0 and card.naive.balance(unit) + quantity < 0:
            self.refused("balance_too_small", card, adjust, unit, quantity, "correction", "Sorry!")
            return
        self.ask(card, adjust, unit, quantity, "correction", "Sorry!")
        if quantity > 0:
            self.filled(card, card.naive.add(unit, quantity))
        else:
            self.filled(card, card.naive.take_away(unit, -quantity))
        card.done.append(("adjusted", None))

    @rule(who=WHO, unit=UNITS, quantity=st.integers(1, 9))
    def revive(self, who: int, unit: Unit, quantity: int) -> None:
        card = self.open(who)
        if quantity > card.naive.purses[unit].run_out:
            self.refused("not_run_out", card, revive, unit, quantity)
            return
        self.ask(card, revive, unit, quantity)
        self.filled(card, card.naive.revive(unit, quantity))
        card.done.append(("revived", None))

    @rule(who=WHO, unit=UNITS, quantity=st.integers(1, 9), days=st.none() | LAST_DAYS)
    def bring_in(self, who: int, unit: Unit, quantity: int, days: int | str | None) -> None:
        card = self.open(who)
        last = None if days is None else self.find_day(days)
        self.ask(card, bring_in, unit, quantity, last)
        self.filled(card, card.naive.add(unit, quantity, last))
        card.done.append(("brought in", None))

    @precondition(lambda self: self.find_ends())
    @rule(who=WHO, days=LAST_DAYS)
    def extend(self, who: int, days: int | str) -> None:
        card, until = self.open(who), self.find_day(days)
        lasts_longer = [purse.extend(until) for purse in card.naive.purses.values()]
        if not any(lasts_longer):
            self.refused("lasts_already", card, extend, until)
            return
        self.ask(card, extend, until)
        card.done.append(("extended", None))

    # What takes them back.

    @precondition(lambda self: any(card.bills for card in self.cards))
    @rule(who=WHO, pick=st.integers(0, 9), percent=st.sampled_from((1, 30, 60, 100)))
    def refund(self, who: int, pick: int, percent: int) -> None:
        who = who if self.cards[who].bills else 1 - who
        card = self.open(who)
        name = sorted(card.bills)[pick % len(card.bills)]
        given = card.bills[name]
        back = max(1, given.money * percent // 100)
        if given.card:  # nothing is left there, so nothing was promised
            given.card.program = self.versions[-1][0]
            given.card.turn_to(self.shop.clock.at)
        home = given.card or card.naive
        gifts = home.refund(given, given.money - back, card.naive)
        if gifts is None:
            self.refused("units_used", card, refund, name, returned(back))
            return
        self.ask(card, refund, name, returned(back))
        self.filled(card, gifts)
        card.done.append(("refunded", None))
        if not given.money:
            del card.bills[name]
            card.done = [each for each in card.done if each[1] is not given]

    @precondition(lambda self: any(card.can_undo for card in self.cards))
    @rule(who=WHO)
    def undo(self, who: int) -> None:
        card = self.open(who)
        what, last = card.done[-1] if card.done else ("", None)
        if not card.can_undo:
            self.refused("nothing_to_undo", card, undo, at_any_time=True)
            return
        brought = {"given": lambda: last.gifts, "chosen": lambda: [last], "used": lambda: last[1]}[what]()
        for gift in brought:
            self.return_gift_card(gift)
        if any(gift.state == "used" for gift in brought):
            self.refused("reward_already_used", card, undo, at_any_time=True)
            return
        self.ask(card, undo, at_any_time=True)
        card.done.pop()
        if what == "given":
            self.filled(card, card.naive.undo(last))
            card.bills = {name: given for name, given in card.bills.items() if given is not last}
        elif what == "chosen":
            card.naive.take_back(last)
        else:
            card.naive.unuse(*last)

    # What is had for them.

    @precondition(
        lambda self: any(gift.state == "issued" for card in self.cards for gift in card.naive.gifts)
    )
    @rule(who=WHO, pick=st.integers(0, 9))
    def use(self, who: int, pick: int) -> None:
        card = self.open(who)
        ready = [number for number, gift in enumerate(card.naive.gifts) if gift.state == "issued"]
        if not ready:
            self.leave(card)
            return
        number = ready[pick % len(ready)]
        self.ask(card, redeem, self.rewards_of(card)[number].id)
        gift = card.naive.gifts[number]
        gifts = card.naive.use(gift)
        self.filled(card, gifts)
        card.done.append(("used", (gift, gifts)))

    @precondition(lambda self: any(card.naive.can_choose("card") for card in self.cards))
    @rule(who=WHO, template=st.sampled_from(("mug", "card")))
    def choose(self, who: int, template: str) -> None:
        card = self.open(who)
        if not card.naive.can_choose(template):
            self.refused("not_enough_units", card, choose, template)
            return
        self.ask(card, choose, template)
        card.done.append(("chosen", card.naive.choose(template)))
        if template == "card":
            self.take_gift_card(card)

    # Two customers turn out to be one; another one comes.

    @precondition(lambda self: min(len(card.done) for card in self.cards) > 2)
    @rule(who=WHO)
    def merge(self, who: int) -> None:
        gone, kept = self.open(1 - who), self.open(who)
        gone.naive.turn_to(self.shop.clock.at)
        key, services = new_form_key(), self.shop.services
        answers = [merge(services, self.shop.merchant_id, kept.account, gone.account, key) for _ in "ab"]
        assert answers[0] == answers[1]
        self.filled(kept, merge_naively(kept.naive, gone.naive))
        for gift_card in self.gift_cards:
            if gift_card.holder == gone.member:
                gift_card.holder = kept.member
        for name, given in gone.bills.items():
            kept.bills[name] = replace(given, card=given.card or gone.naive)
        kept.done.append(("merged", None))
        self.compare(gone)
        self.cards[1 - who] = self.join()

    def _earns(self, card: Twin, day: date, call: Callable[..., Outcome], *args: object) -> bool:
        """Nothing does after the last day of all units."""
        if is_over(card.naive.program.expiry, day):
            self.refused("program_ended", card, call, *args)
            return False
        return True

    def _earn(self, card: Twin, given: Given, **units: int) -> None:
        card.naive.earn(given, **units)
        self.filled(card, given.gifts)
        card.done.append(("given", given))


def as_many_as_fit(examples: int) -> hypothesis.settings:
    return hypothesis.settings(
        max_examples=examples,
        stateful_step_count=40,
        derandomize=True,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )


MakePlay = Callable[[], RuleBasedStateMachine]


def make_plays(settings: Settings, database: Database, signers: Any) -> MakePlay:
    """Each play has a shop of its own."""
    shop = open_shop(settings, database, signers)
    start, numbers = shop.clock.at, count(1)

    def play() -> RuleBasedStateMachine:
        shop.clock.at = start
        merchant_id = add_shop(shop.services, f"Shop {next(numbers)}", (Milestone(7, "Coffee"),))
        code = get_rules(shop.services, merchant_id).code
        return Play(replace(shop, merchant_id=merchant_id, code=code))

    return play


EXAMPLES = {"sqlite": 50, "postgresql": 12}


def test_cards_stand_as_a_naive_account_of_them_says(
    settings: Settings, database: Database, development_signers: Any
) -> None:
    """After every step: balances, debts, lots with their ends, rewards, days; and verification finds nothing."""
    examples = EXAMPLES[database.engine.dialect.name]
    plays = make_plays(settings, database, development_signers)
    run_state_machine_as_test(plays, settings=as_many_as_fit(examples))
