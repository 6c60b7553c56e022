"""A service account for issuers who talk to the simulated Google only."""

from secrets import token_hex
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

DEVELOPMENT_ISSUER = "3388000000000000001"
_PROJECT = "walletpass-development"


def make_key_file(token_address: str) -> dict[str, Any]:
    """What a service account's JSON key holds, with a new key."""
    key = rsa.generate_private_key(65537, 2048)
    name = f"cards@{_PROJECT}.iam.gserviceaccount.com"
    return {
        "type": "service_account",
        "project_id": _PROJECT,
        "private_key_id": token_hex(20),
        "private_key": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        "client_email": name,
        "client_id": str(int(token_hex(8), 16)),
        "token_uri": token_address,
    }
