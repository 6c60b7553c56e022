"""Codes of gift cards: whoever shows one may spend the card."""

from typing import Any

from walletpass.loyalty.identifiers import new_typed_code, read_code, spell_code
from walletpass.operations.services import Services


def new_code(services: Services) -> dict[str, Any]:
    """The columns of a code that nobody has yet."""
    code = new_typed_code()
    return {
        "code_digest": digest_code(services, code),
        "code_sealed": services.vault.seal(spell_code(code)),
        "code_last4": code[-4:],
    }


def digest_code(services: Services, text: str) -> bytes:
    """Of a code as scanned or typed."""
    return services.vault.digest("gift card code", read_code(text))
