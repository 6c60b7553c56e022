"""What phones show and staff were told, held against the ledger."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import requests
from sqlalchemy import func, select
from support.writers import Given

from walletpass.operations.cards.find_card import find_card
from walletpass.operations.services import Services
from walletpass.simulator.fleet import Member
from walletpass.simulator.installed import InstalledPass, open_installed
from walletpass.simulator.phone import Phone
from walletpass.store.accounts import accounts
from walletpass.store.devices import devices, passes, registrations
from walletpass.store.ledger import ledger_entries, posted_outcomes

_SECONDS_TO_ANSWER = 30


def find_untrue_phones(services: Services, members: Iterable[Member]) -> Iterator[str]:
    """Cards that do not show what the ledger holds, or whose changes their phone would not be told of."""
    balances = _sum_by_serial(services)
    for member in members:
        registered = _list_registered(services, member.phone)
        for card in tuple(member.phone.wallet.cards.values()):
            serial, shown = card.key.serial, count_stamps(card)
            if shown != balances[serial]:
                yield f"{serial} shows {shown} stamps, the ledger holds {balances[serial]}"
            if serial not in registered:
                yield f"{serial} is on a phone that is not registered for it"


def find_old_copies(members: Iterable[Member]) -> Iterator[str]:
    """Cards that differ, in whatever, from the pass that is handed out now."""
    for member in members:
        for card in tuple(member.phone.wallet.cards.values()):
            now = open_installed(_fetch(card), member.phone.wallet.language)
            if now.digest != card.digest:
                yield f"{card.key.serial} is not the pass that is handed out"


def find_untrue_stamps(services: Services, merchant_id: int, given: Sequence[Given]) -> Iterator[str]:
    """Stamps that staff were told of and the ledger does not hold, or holds twice; and any that nobody was told of."""
    told: Counter[int] = Counter()
    for each in given:
        told[find_card(services, merchant_id, each.code)] += each.told.added
    with services.reading() as tx:
        keys = set(tx.execute(select(posted_outcomes.c.key)).scalars())
        kept = {row.id: row for row in tx.execute(select(accounts.c.id, accounts.c.lifetime_stamps))}
        earned = _sum_by_account(tx, ledger_entries.c.kind == "earn")
    if keys != {each.key for each in given}:
        yield f"{len(keys)} stamps are kept, {len(given)} were told"
    for account_id, row in kept.items():
        if not told[account_id] == row.lifetime_stamps == earned[account_id]:
            yield (
                f"account {account_id}: {told[account_id]} stamps were told, {earned[account_id]} are in the "
                f"ledger, {row.lifetime_stamps} on the account"
            )


def count_stamps(card: InstalledPass) -> int:
    fields: dict[Any, Any] = {field.content["key"]: field.content["value"] for field in card.fields}
    return int(str(fields["progress"]).partition(" ")[0])


def _sum_by_serial(services: Services) -> dict[str, int]:
    with services.reading() as tx:
        balances = _sum_by_account(tx)
        return {
            row.serial: balances[row.account_id]
            for row in tx.execute(select(passes.c.serial, passes.c.account_id))
        }


def _sum_by_account(tx: Any, *only: Any) -> Counter[int]:
    e = ledger_entries.c
    query = select(e.account_id, func.sum(e.quantity)).where(*only).group_by(e.account_id)
    return Counter(dict(tuple(row) for row in tx.execute(query)))


def _list_registered(services: Services, phone: Phone) -> set[str]:
    query = (
        select(passes.c.serial)
        .join_from(registrations, passes)
        .join(devices, devices.c.id == registrations.c.device_id)
        .where(devices.c.library_id == phone.device.library_id)
    )
    with services.reading() as tx:
        return set(tx.execute(query).scalars())


def _fetch(card: InstalledPass) -> bytes:
    address = f"{card.service}/v1/passes/{card.key.pass_type}/{card.key.serial}"
    headers = {"Authorization": f"ApplePass {card.token}"}
    answer = requests.get(address, headers=headers, timeout=_SECONDS_TO_ANSWER)
    answer.raise_for_status()
    return answer.content
