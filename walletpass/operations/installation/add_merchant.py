"""A new merchant with its programme, in a template's look, ready to be joined."""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from walletpass.loyalty.identifiers import read_name
from walletpass.loyalty.program import Milestone, Program
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.designs.document import to_document
from walletpass.operations.designs.draft import start_draft
from walletpass.operations.designs.publish import publish
from walletpass.operations.locations.place_lists import renew_lists
from walletpass.operations.passes.bring_pass_type import bring_within
from walletpass.operations.programs.check import check_program
from walletpass.operations.programs.rules import add_version
from walletpass.operations.services import Services
from walletpass.store import designs, merchants
from walletpass.store.session import Transaction
from walletpass.store.statements import add

_CODE_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_CODE_LENGTH = 6


@dataclass(frozen=True, slots=True)
class NewMerchant:
    name: str
    template: str
    language: str
    zone: ZoneInfo
    milestones: tuple[Milestone, ...]
    contact: str = ""
    currency: str = "EUR"
    """ISO 4217."""
    pass_type_identifier: str | None = None
    """Of a certificate of the merchant's own; None: the operator's."""


def add_merchant(services: Services, tx: Transaction, new: NewMerchant) -> int:
    """The merchant's id. Raises Refusal unknown_template, name_taken, bad_name, bad_program, and those of
    `bring_pass_type`."""
    now, program = services.clock.now(), Program(new.milestones, new.zone, currency=new.currency)
    check_program(program)
    name, slug = read_name(new.name), _slug(new.name)
    if merchants.find_merchant_by_slug(tx, slug) is not None:
        raise Refusal("name_taken")
    template = services.templates.get(new.template)
    if template is None:
        raise Refusal("unknown_template")
    merchant_id = add(
        tx,
        merchants.merchants,
        name=name,
        slug=slug,
        language=new.language,
        contact=new.contact,
        created_at=now,
    )
    if new.pass_type_identifier is not None:
        bring_within(services, tx, merchant_id, new.pass_type_identifier)
    renew_lists(tx, merchants.find_merchant(tx, merchant_id), now)
    code = "".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_LENGTH))
    program_id = add(tx, merchants.programs, merchant_id=merchant_id, code=code, created_at=now)
    add_version(services, tx, program_id, 1, program)
    for digest, content in template.images.items():
        designs.keep_image(tx, digest, content)
    design = template.design(name, new.contact, new.language)
    start_draft(services, tx, program_id, design)
    publish(services, tx, program_id, to_document(design))
    return merchant_id


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or secrets.token_hex(4)
