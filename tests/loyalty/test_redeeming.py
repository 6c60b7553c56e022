"""How a reward in a member's hand is used, and the ways back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.loyalty.identifiers import read_code
from walletpass.loyalty.ledger import RewardState
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rewards.redeeming import (
    RESERVED_FOR,
    Actor,
    Step,
    Voucher,
    new_reward_code,
    state_at,
    take_step,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ISSUED = Voucher(RewardState.ISSUED, NOW, NOW + timedelta(hours=1))
REDEEMED, EXPIRED, VOIDED = (
    Voucher(state, NOW, NOW + timedelta(hours=1))
    for state in (RewardState.REDEEMED, RewardState.EXPIRED, RewardState.VOIDED)
)
RESERVED = take_step(ISSUED, Step.RESERVE, Actor.STAFF, NOW, key="till 1")


def refusal_of(
    voucher: Voucher, step: Step, actor: Actor = Actor.STAFF, now: datetime = NOW, key: str = ""
) -> Refusal:
    with pytest.raises(Refusal) as caught:
        take_step(voucher, step, actor, now, key=key)
    return caught.value


def test_a_reward_is_reserved_for_three_minutes_and_then_redeemed_by_whoever_reserved_it() -> None:
    assert (RESERVED.state, RESERVED.reserved_until) == (RewardState.RESERVED, NOW + 3 * MINUTE)
    used = take_step(RESERVED, Step.REDEEM, Actor.STAFF, NOW + MINUTE, key="till 1")
    assert used == Voucher(RewardState.REDEEMED, ISSUED.valid_from, ISSUED.valid_to)


@pytest.mark.parametrize("step", [Step.RESERVE, Step.RELEASE, Step.REDEEM])
def test_a_reservation_keeps_others_off_while_it_lasts(step: Step) -> None:
    refused = refusal_of(RESERVED, step, now=NOW + MINUTE, key="till 2")
    assert (refused.code, refused.sentence.values["seconds"]) == ("reward_reserved", 120)
    take_step(RESERVED, step, Actor.STAFF, NOW + RESERVED_FOR, key="till 2")


def test_a_reservation_is_given_back_by_release_or_by_time() -> None:
    assert take_step(RESERVED, Step.RELEASE, Actor.STAFF, NOW, key="till 1") == ISSUED
    assert state_at(RESERVED, NOW + RESERVED_FOR) is RewardState.ISSUED
    assert take_step(ISSUED, Step.RELEASE, Actor.STAFF, NOW) == ISSUED


def test_a_reward_reserved_in_time_may_be_used_a_little_after_its_end() -> None:
    end = ISSUED.valid_to
    assert end is not None
    late = take_step(ISSUED, Step.RESERVE, Actor.STAFF, end - MINUTE, key="till 1")
    used = take_step(late, Step.REDEEM, Actor.STAFF, end + MINUTE, key="till 1")
    assert used.state is RewardState.REDEEMED
    assert refusal_of(late, Step.REDEEM, now=end + 2 * MINUTE, key="till 1").code == "reward_expired"


def test_a_reward_ends_at_its_instant_whether_or_not_anybody_wrote_that_down() -> None:
    end = ISSUED.valid_to
    assert end is not None
    assert state_at(ISSUED, end - timedelta(seconds=1)) is RewardState.ISSUED
    assert state_at(ISSUED, end) is RewardState.EXPIRED
    assert take_step(ISSUED, Step.EXPIRE, Actor.SERVICE, end).state is RewardState.EXPIRED
    assert refusal_of(ISSUED, Step.EXPIRE, Actor.SERVICE).code == "reward_still_valid"


def test_a_reward_given_back_can_be_used_for_some_days_at_least() -> None:
    much_later = NOW + timedelta(days=5)
    grace = much_later + timedelta(days=14)
    back = take_step(REDEEMED, Step.REINSTATE, Actor.SERVICE, much_later, grace_until=grace)
    assert back == Voucher(RewardState.ISSUED, NOW, grace)
    early = take_step(REDEEMED, Step.REINSTATE, Actor.SERVICE, NOW, grace_until=NOW)
    assert early.valid_to == REDEEMED.valid_to
    endless = Voucher(RewardState.REDEEMED, NOW)
    assert take_step(endless, Step.REINSTATE, Actor.SERVICE, NOW, grace_until=grace).valid_to is None


@pytest.mark.parametrize(
    ("voucher", "step", "actor", "code"),
    [
        (REDEEMED, Step.REDEEM, Actor.STAFF, "reward_already_used"),
        (REDEEMED, Step.VOID, Actor.OWNER, "reward_already_used"),
        (EXPIRED, Step.RESERVE, Actor.STAFF, "reward_expired"),
        (VOIDED, Step.REDEEM, Actor.STAFF, "unknown_reward"),
        (ISSUED, Step.REINSTATE, Actor.STAFF, "reward_not_used"),
        (RESERVED, Step.REINSTATE, Actor.STAFF, "reward_not_used"),
        (Voucher(RewardState.ISSUED, NOW + MINUTE), Step.REDEEM, Actor.STAFF, "reward_not_yet"),
        (ISSUED, Step.REDEEM, Actor.MEMBER, "not_allowed"),
        (ISSUED, Step.VOID, Actor.STAFF, "not_allowed"),
        (ISSUED, Step.EXPIRE, Actor.OWNER, "not_allowed"),
    ],
)
def test_what_cannot_or_may_not_be_done_is_refused(
    voucher: Voucher, step: Step, actor: Actor, code: str
) -> None:
    assert refusal_of(voucher, step, actor).code == code


STEPS = st.tuples(
    st.sampled_from(Step), st.sampled_from(Actor), st.sampled_from(["a", "b"]), st.integers(0, 9)
)


@given(st.lists(STEPS, max_size=30))
def test_whatever_is_tried_a_reward_is_used_once_between_two_returns(
    tries: list[tuple[Step, Actor, str, int]],
) -> None:
    """Any order of steps, by anybody, with time going on."""
    voucher, now, done = ISSUED, NOW, []
    for step, actor, key, minutes in tries:
        now += minutes * MINUTE
        try:
            voucher = take_step(voucher, step, actor, now, key=key)
        except Refusal:
            continue
        done.append(step)
        assert (voucher.state is RewardState.RESERVED) == bool(voucher.reserved_until)
    ends = [step for step in done if step in (Step.REDEEM, Step.REINSTATE)]
    assert ends == [Step.REDEEM, Step.REINSTATE] * (len(ends) // 2) + [Step.REDEEM] * (len(ends) % 2)
    assert Step.VOID not in done or set(done[done.index(Step.VOID) + 1 :]) == set()


def test_a_code_has_its_prefix_and_twelve_signs_that_cannot_be_mistaken() -> None:
    code = new_reward_code("XMAS")
    assert code.startswith("XMAS-")
    assert len(read_code(code)) == 16
    assert set(read_code(code)[4:]) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    assert read_code(f" {code.lower().replace('-', ' ')} ") == read_code(code)
    assert len({new_reward_code() for _ in range(1000)}) == 1000
    assert len(read_code(new_reward_code())) == 12
