"""Certificates and keys that lie in files, brought together by what they contain."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from walletpass.pkpass.certificate_files import Material, read_material
from walletpass.pkpass.certificates import PassCertificate, find_refusals, is_authority
from walletpass.pkpass.key_files import write_certificates, write_key
from walletpass.pkpass.refusals import CertificateRefused, Reason

_NOT_MATERIAL = (".md", ".csr")


@dataclass(frozen=True, slots=True)
class Trust:
    """The authorities that a pass certificate may lead to."""

    roots: tuple[x509.Certificate, ...]
    intermediates: tuple[x509.Certificate, ...] = ()

    @classmethod
    def from_files(cls, *, roots: Iterable[Path], intermediates: Iterable[Path] = ()) -> Self:
        """Raises CertificateRefused."""
        return cls(_read_certificates(roots), _read_certificates(intermediates))


@dataclass(frozen=True, slots=True)
class FileProblem:
    """Why a file's content is of no use."""

    file: str
    reason: Reason
    pass_type: str = ""
    """Where it is a certificate's."""


@dataclass(frozen=True, slots=True)
class MaterialFile:
    name: str
    material: Material


@dataclass(frozen=True, slots=True)
class Candidate:
    """A certificate from a file and the key found for it, if any."""

    file: str
    certificate: PassCertificate
    key: PrivateKeyTypes | None

    def find_refusals(self, now: datetime) -> list[CertificateRefused]:
        if self.key is None:
            return [CertificateRefused("missing_key", pass_type=self.certificate.pass_type_identifier)]
        return list(find_refusals(self.certificate, self.key, now))


def list_files(folder: Path) -> list[Path]:
    """The files of a folder that may hold certificates or keys, in a stable order."""
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and not path.name.startswith(".") and path.suffix not in _NOT_MATERIAL
    )


def read_files(
    paths: Iterable[Path], passphrase: bytes | None = None
) -> tuple[list[MaterialFile], list[FileProblem]]:
    """Read what can be read; the rest are problems."""
    files, problems = [], []
    for path in paths:
        try:
            files.append(MaterialFile(path.name, read_material(path, passphrase)))
        except CertificateRefused as refusal:
            problems.append(FileProblem(path.name, refusal.reason))
    return files, problems


def find_candidates(
    files: Iterable[MaterialFile], trust: Trust, others: Iterable[MaterialFile] = ()
) -> Iterator[Candidate]:
    """Each certificate in `files` that is no authority's, with its chain and its key, also from `others`."""
    files = list(files)
    everything = sum((file.material for file in (*files, *others)), Material())
    intermediates = (*trust.intermediates, *filter(is_authority, everything.certificates))
    seen = set()
    for file in files:
        for leaf in file.material.certificates:
            if leaf in seen or is_authority(leaf):
                continue
            seen.add(leaf)
            certificate = PassCertificate.with_chain(leaf, intermediates, trust.roots)
            yield Candidate(file.name, certificate, _find_key(leaf, everything.keys, file.material.keys))


def store(folder: Path, certificate: PassCertificate, key: PrivateKeyTypes) -> tuple[Path, Path]:
    """Keep the pair under normalised names: certificate with its intermediate, and key (mode 600)."""
    folder.mkdir(parents=True, exist_ok=True)
    ends = certificate.leaf.not_valid_after_utc
    stem = f"{certificate.pass_type_identifier}.{ends:%Y-%m-%d}.{certificate.leaf.serial_number:x}"
    certificate_path, key_path = folder / f"{stem}.certificate.pem", folder / f"{stem}.key.pem"
    write_key(key_path, key)
    chain = (certificate.leaf, certificate.intermediate) if certificate.intermediate else (certificate.leaf,)
    write_certificates(certificate_path, *chain)
    return certificate_path, key_path


def _find_key(
    leaf: x509.Certificate, keys: Iterable[PrivateKeyTypes], beside: tuple[PrivateKeyTypes, ...]
) -> PrivateKeyTypes | None:
    """The key that belongs to the leaf; failing that one from the same file, to be refused as a mismatch."""
    own = leaf.public_key()
    return next((key for key in keys if key.public_key() == own), beside[0] if beside else None)


def _read_certificates(paths: Iterable[Path]) -> tuple[x509.Certificate, ...]:
    return tuple(link for path in paths for link in read_material(path).certificates)
