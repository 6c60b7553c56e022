"""Whether a changed card has reached the phones that hold it: what is known, and what is not.

An accepted push proves nothing. A phone that asks what changed proves that it listens. A fetch proves that the
pass has left, but names no phone: it counts for one only where no other is registered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from walletpass.loyalty.local_days import local_day
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.wording import Sentence, counted, sentence
from walletpass.operations.services import Services
from walletpass.store import accounts, merchants, proof

SILENT_AFTER = timedelta(days=1)
"""Pushes may take hours to a phone that is off or saves its battery."""


@dataclass(frozen=True, slots=True)
class Phone:
    registered_at: datetime
    pushed_at: datetime | None
    """APNs accepted a push."""
    listed_at: datetime | None
    """The phone asked what changed."""
    given_up_at: datetime | None
    """A push could not be sent for days."""
    waits: bool
    """A push for the last change has not left yet."""
    takes_pushes: bool
    silent_since: datetime | None


@dataclass(frozen=True, slots=True)
class PassProof:
    pass_type_identifier: str
    version: int
    """The card's, now."""
    changed_at: datetime
    fetched_version: int
    """0: never fetched."""
    fetched_at: datetime | None
    phones: tuple[Phone, ...]
    sentences: tuple[Sentence, ...]
    """What is known, in words."""


def load_proof(services: Services, account_id: int) -> list[PassProof]:
    """Of every pass of the card. Raises Refusal unknown_card; whose card it is was judged before."""
    now = services.clock.now()
    with services.snapshot() as tx:
        account = accounts.find_account(tx, account_id)
        if account is None:
            raise Refusal("unknown_card")
        zone = ZoneInfo(merchants.get_program(tx, account.program_id).rules["zone"])
        phones = proof.list_phones(tx, account_id)
        return [
            _judge_pass(account, held, [phone for phone in phones if phone.pass_id == held.id], now, zone)
            for held in proof.list_passes(tx, account_id)
        ]


def _judge_pass(
    account: Any, held: Any, registered: Sequence[Any], now: datetime, zone: ZoneInfo
) -> PassProof:
    is_fetched = held.fetched_version >= account.card_version
    fetched_by_it = is_fetched and len(registered) == 1
    changed_at = account.card_changed_at
    phones = tuple(_judge_phone(row, changed_at, now, answered=fetched_by_it) for row in registered)
    return PassProof(
        pass_type_identifier=held.pass_type_identifier,
        version=account.card_version,
        changed_at=changed_at,
        fetched_version=held.fetched_version,
        fetched_at=held.fetched_at,
        phones=phones,
        sentences=(
            _tell_standing(phones, is_fetched, held.handed_version >= account.card_version, zone),
            *_tell_silence(phones, zone),
        ),
    )


def _judge_phone(row: Any, changed_at: datetime, now: datetime, *, answered: bool) -> Phone:
    waits = row.waits_since is not None and (row.pushed_at is None or row.pushed_at < changed_at)
    heard_at = max(filter(None, (row.registered_at, row.listed_at)))
    was_told = row.pushed_at is not None and not waits and now - changed_at > SILENT_AFTER
    return Phone(
        registered_at=row.registered_at,
        pushed_at=row.pushed_at,
        listed_at=row.listed_at,
        given_up_at=row.given_up_at,
        waits=waits,
        takes_pushes=row.topic_id is not None,
        silent_since=heard_at if was_told and heard_at < changed_at and not answered else None,
    )


def _tell_standing(phones: Sequence[Phone], is_fetched: bool, is_unchanged: bool, zone: ZoneInfo) -> Sentence:
    given_up = [phone.given_up_at for phone in phones if phone.given_up_at]
    if not phones:
        return sentence("No phone asks for updates of this card.")
    if is_fetched and len(phones) == 1:
        return sentence("Fetched after the last change.")
    if is_fetched:
        return sentence(
            "Fetched after the last change, by at least one of %(phones)s phones.", phones=len(phones)
        )
    if is_unchanged:
        return sentence("Not changed since it was handed out.")
    if any(phone.pushed_at and not phone.waits and not phone.given_up_at for phone in phones):
        return sentence("Pushed, not fetched yet.")
    if any(phone.waits for phone in phones):
        return sentence("Waiting to be pushed.")
    if given_up:
        return sentence("Pushing was given up on %(day)s.", day=local_day(max(given_up), zone))
    return sentence("Not fetched since the last change.")


def _tell_silence(phones: Sequence[Phone], zone: ZoneInfo) -> list[Sentence]:
    silent = [phone.silent_since for phone in phones if phone.silent_since]
    if not silent:
        return []
    day = local_day(max(silent), zone)
    if len(phones) == 1:
        return [sentence("The phone has been silent since %(day)s.", day=day)]
    return [
        counted(
            "One of %(phones)s phones has been silent since %(day)s.",
            "%(n)s of %(phones)s phones have been silent since %(day)s.",
            len(silent),
            phones=len(phones),
            day=day,
        )
    ]
