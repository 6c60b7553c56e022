"""All signers of an installation: several pass types, and certificates that overlap at renewal."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from walletpass.pkpass.certificate_folder import FileProblem, Trust, find_candidates, list_files, read_files
from walletpass.pkpass.refusals import CertificateRefused, Reason, tell_instant
from walletpass.pkpass.signing import Signer


class Signers:
    """Immutable; `problems` names what was found beside the usable certificates."""

    def __init__(self, signers: Iterable[Signer], problems: Iterable[FileProblem] = ()) -> None:
        self.problems = tuple(problems)
        self._by_pass_type: dict[str, list[Signer]] = {}
        for signer in sorted(signers, key=lambda signer: signer.certificate.not_after, reverse=True):
            self._by_pass_type.setdefault(signer.pass_type_identifier, []).append(signer)

    @property
    def pass_type_identifiers(self) -> tuple[str, ...]:
        return tuple(sorted(self._by_pass_type))

    @property
    def pass_types_found(self) -> frozenset[str]:
        """Also those whose certificates are of no use."""
        return frozenset((*self._by_pass_type, *(problem.pass_type for problem in self.problems)))

    def has_expired(self, pass_type_identifier: str) -> bool:
        """Whether a certificate of it was found that had expired then."""
        return any(
            problem.pass_type == pass_type_identifier and problem.reason.code == "expired"
            for problem in self.problems
        )

    def __iter__(self) -> Iterator[Signer]:
        for signers in self._by_pass_type.values():
            yield from signers

    def for_pass_type(self, pass_type_identifier: str, at: datetime) -> Signer:
        """Of the certificates valid at that instant the one that stays valid longest.

        Raises CertificateRefused, `no_certificate` or `outside_validity`.
        """
        signers = self._by_pass_type.get(pass_type_identifier)
        if not signers:
            raise CertificateRefused("no_certificate", pass_type=pass_type_identifier)
        for signer in signers:
            if signer.certificate.covers(at):
                return signer
        raise CertificateRefused("outside_validity", pass_type=pass_type_identifier, **tell_instant(at))


def load_signers(folder: Path, trust: Trust, now: datetime, passphrase: bytes | None = None) -> Signers:
    """Every usable certificate of a folder, under any names and in any format; the rest are problems."""
    if not folder.is_dir():
        return Signers((), [FileProblem(folder.name, Reason("missing_folder", {"folder": str(folder)}))])
    files, problems = read_files(list_files(folder), passphrase)
    signers = []
    for candidate in find_candidates(files, trust):
        refusals = candidate.find_refusals(now)
        pass_type = candidate.certificate.pass_type_identifier
        problems += [FileProblem(candidate.file, refusal.reason, pass_type) for refusal in refusals]
        if candidate.key and not refusals:
            signers.append(Signer(candidate.certificate, candidate.key, now))
    return Signers(signers, problems)
