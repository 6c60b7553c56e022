"""All that is kept about a customer, and changes of what is written there."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from walletpass.loyalty.identifiers import IdentifierKind
from walletpass.loyalty.local_days import local_day
from walletpass.loyalty.people import About, MemberStatus, edit_about
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.birthdays.celebrate import await_birthday
from walletpass.operations.cards.own_account import get_account, lock_holder, renew_card
from walletpass.operations.services import Services
from walletpass.store import accounts, merchants, people
from walletpass.store.session import Transaction
from walletpass.store.statements import change


@dataclass(frozen=True, slots=True)
class Identifier:
    id: int
    kind: IdentifierKind
    value: str
    verified_at: datetime | None


@dataclass(frozen=True, slots=True)
class Code:
    """A scan code, without what it says."""

    kind: str
    """barcode, typed, plastic."""
    given_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Profile:
    account_id: int
    state: str
    """active, closed, merged."""
    merged_into: int | None
    """The account where the holder is found now."""
    about: About
    status: MemberStatus
    tags: tuple[str, ...]
    identifiers: tuple[Identifier, ...]
    """Verified ones first."""
    photo: str
    """Digest of it; empty where there is none."""
    codes: tuple[Code, ...]
    """All there ever were, oldest first."""
    joined_at: datetime
    page_opened_at: datetime | None
    """When the card's page was, to the hour."""


def load_profile(services: Services, merchant_id: int, account_id: int) -> Profile:
    """Raises Refusal unknown_card, also for another merchant's."""
    with services.snapshot() as tx:
        account = get_account(tx, merchant_id, account_id)
        member = people.get_member(tx, account.member_id)
        codes = accounts.list_code_history(tx, account_id)
        return Profile(
            account_id=account_id,
            state=account.state,
            merged_into=account.merged_into_id,
            about=about_of(member),
            status=MemberStatus(member.status),
            tags=tuple(tag.text for tag in people.list_tags(tx, member.id)),
            identifiers=_list_identifiers(services, tx, member.id),
            photo=people.find_photo_digest(tx, member.id) or "",
            codes=tuple(Code(code.kind, code.created_at, code.revoked_at) for code in codes),
            joined_at=account.joined_at,
            page_opened_at=account.page_opened_at,
        )


def change_profile(
    services: Services, merchant_id: int, account_id: int, revision: str, given: Mapping[str, str]
) -> dict[str, Refusal]:
    """What is wrong, by field of `About`; with nothing wrong, what is `given` is kept and the rest stays.

    `revision`: of what the reader saw. The cards change with the name and the language. Raises Refusal stale_page,
    unknown_card, void_card.
    """
    now = services.clock.now()
    with services.transaction() as tx:
        holder = lock_holder(tx, merchant_id, account_id)
        before = about_of(people.get_member(tx, holder.member_id))
        if before.revision != revision:
            raise Refusal("stale_page")
        zone = ZoneInfo(merchants.get_program(tx, holder.accounts[0].program_id).rules["zone"])
        after, problems = edit_about(before, given, local_day(now, zone))
        if not problems and after != before:
            entered = {} if after.birthday == before.birthday else {"birthday_entered_at": now}
            change(tx, people.members, holder.member_id, **asdict(after), **entered)
            if entered:
                member = people.get_member(tx, holder.member_id)
                for account in holder.accounts:
                    await_birthday(tx, account.id, zone, member, now)
            if (after.name, after.language) != (before.name, before.language):
                for account in holder.accounts:
                    renew_card(tx, account, now)
    return problems


def about_of(member: Any) -> About:
    return About(member.language, member.name, member.birthday, member.town, member.description)


def _list_identifiers(services: Services, tx: Transaction, member_id: int) -> tuple[Identifier, ...]:
    return tuple(
        Identifier(row.id, IdentifierKind(row.kind), services.vault.unseal(row.sealed), row.verified_at)
        for row in people.list_identifiers(tx, member_id)
    )
