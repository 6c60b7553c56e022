"""Why signing material is refused: a stable code, and a message with the values that fill it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NewType

Value = str | date
Message = NewType("Message", str)
"""English with `%(name)s` holes: what a catalogue of translations knows it by."""

MESSAGES = {
    # files
    "missing_folder": Message("There is no folder %(folder)s."),
    "unreadable_file": Message("The file cannot be read: %(error)s."),
    "file_too_large": Message("The file is too large to be a certificate or key."),
    "damaged_certificate": Message("A certificate in the file is damaged."),
    "no_material": Message("The file holds no certificate or key."),
    "passphrase_needed": Message("The file needs its passphrase."),
    "passphrase_wrong": Message("The passphrase does not open the file, or the file is damaged."),
    # a certificate and its key
    "missing_pass_type": Message(
        "The certificate’s subject names no pass type (a UID such as pass.com.example.cards): "
        "it is not a Pass Type ID certificate."
    ),
    "missing_team": Message("The certificate’s subject names no team (OU)."),
    "missing_marker": Message("The certificate lacks the pass type marker (extension %(extension)s)."),
    "named_in_portal": Message(
        "The certificate was given the name “%(name)s” in Apple’s portal, and iPhones refuse its passes. "
        "Create it again for %(pass_type)s and leave the name empty."
    ),
    "missing_key": Message(
        "No private key here belongs to the certificate of %(pass_type)s. "
        "The key stays where the request was made: import it from there, or export a .p12."
    ),
    "key_not_rsa": Message(
        "The private key is not an RSA key; Apple issues pass certificates for RSA keys only."
    ),
    "key_mismatch": Message("The private key does not belong to the certificate of %(pass_type)s."),
    "not_yet_valid": Message("The certificate is valid only from %(day)s, %(time)s UTC."),
    "expired": Message(
        "The certificate expired on %(day)s. "
        "Create a new one for the same pass type; installed passes go on with it."
    ),
    # its chain
    "wrong_intermediate": Message(
        "No intermediate here issued this certificate; it names “%(issuer)s” as its issuer. "
        "Pass certificates come from Apple’s G4 (AppleWWDRCAG4.cer)."
    ),
    "intermediate_expired": Message("The intermediate that issued this certificate has expired."),
    "untrusted_root": Message("The intermediate does not lead to a root that is trusted here."),
    # choosing a signer
    "no_certificate": Message("There is no certificate for %(pass_type)s."),
    "outside_validity": Message("No certificate of %(pass_type)s is valid on %(day)s at %(time)s UTC."),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One refusal without its exception, to be kept and to be told in any language."""

    code: str
    """A key of MESSAGES."""
    values: Mapping[str, Value]

    @property
    def message(self) -> Message:
        return MESSAGES[self.code]

    def __str__(self) -> str:
        """The whole sentence, in English."""
        return self.message % self.values


class CertificateRefused(Exception):
    """Signing material that cannot be used."""

    def __init__(self, code: str, **values: Value) -> None:
        self.reason = Reason(code, values)
        super().__init__(str(self.reason))


def tell_instant(at: datetime) -> dict[str, Value]:
    """The values of a message that names an instant (aware, UTC) to the minute."""
    return {"day": at.date(), "time": f"{at:%H:%M}"}
