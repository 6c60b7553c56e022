"""Chains and cards that the tests of this room share. Keys are made once: that takes longer than a test."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from walletpass.card.card import Card, CardState, Progress, ReadyReward
from walletpass.card.colour import Colour
from walletpass.card.design import LANGUAGES, Design, Palette, Shape, Word
from walletpass.pkpass import development
from walletpass.pkpass.certificate_folder import Trust
from walletpass.pkpass.certificates import PassCertificate
from walletpass.pkpass.identity import PassIdentity
from walletpass.pkpass.images import PassImages
from walletpass.pkpass.key_files import make_key
from walletpass.pkpass.signing import Signer


@pytest.fixture(scope="session")
def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - the library's builder reads it too


@pytest.fixture(scope="session")
def root(now: datetime) -> development.Authority:
    return development.make_root(now)


@pytest.fixture(scope="session")
def intermediate(root: development.Authority, now: datetime) -> development.Authority:
    return development.make_intermediate(root, now)


@pytest.fixture(scope="session")
def trust(root: development.Authority, intermediate: development.Authority) -> Trust:
    return Trust((root.certificate,), (intermediate.certificate,))


@pytest.fixture(scope="session")
def key() -> RSAPrivateKey:
    return make_key()


@pytest.fixture(scope="session")
def other_key() -> RSAPrivateKey:
    return make_key()


@pytest.fixture(scope="session")
def leaf(intermediate: development.Authority, key: RSAPrivateKey, now: datetime) -> x509.Certificate:
    return development.make_pass_certificate(intermediate, key, now)


@pytest.fixture(scope="session")
def certificate(leaf: x509.Certificate, trust: Trust) -> PassCertificate:
    return PassCertificate.with_chain(leaf, trust.intermediates, trust.roots)


@pytest.fixture(scope="session")
def signer(certificate: PassCertificate, key: RSAPrivateKey, now: datetime) -> Signer:
    return Signer(certificate, key, now)


@pytest.fixture
def root_file(root: development.Authority, tmp_path: Path) -> Path:
    path = tmp_path / "trusted.pem"
    path.write_bytes(root.certificate.public_bytes(Encoding.PEM))
    return path


@pytest.fixture(scope="session")
def identity() -> PassIdentity:
    return PassIdentity(
        pass_type_identifier=development.PASS_TYPE_IDENTIFIER,
        team_identifier=development.TEAM_IDENTIFIER,
        serial_number="c7f0a2b94d",
        authentication_token="q3J8vTz0Lw5nYc1RkM7xPa",
        web_service_url="https://cards.example.com/wallet",
    )


@pytest.fixture(scope="session")
def design() -> Design:
    palette = Palette(*(Colour(40 * shade, 10, 20) for shade in range(6)))
    words = {language: {word: f"{word} ({language})" for word in Word} for language in LANGUAGES}
    return Design("test", "Bakkerij Ærø", Shape.ROUND, palette, words, "en", contact="+31 20 000000")


@pytest.fixture(scope="session")
def card() -> Card:
    return Card(
        version=3,
        changed_at=datetime(2026, 5, 1, 9, tzinfo=UTC),
        state=CardState.ACTIVE,
        language="nl",
        member="Ő. Å. Person",
        scan_code="7K2M94QXPT3A",
        typed_code="7K2M-94QX-PT3A",
        progress=Progress(5, 8, (8,)),
        progress_text="5 van 8",
        summary="5 van 8 stempels.",
        next_reward="Gratis koffie",
        news="Gestempeld. 5 van 8.",
        deal="8 stempels: 1 gratis koffie",
        page_url="https://cards.example.com/card/x",
        ready=(
            ReadyReward("Koekje", datetime(2026, 12, 31, 23, tzinfo=UTC), "Koekje, t/m 31 dec 2026"),
            ReadyReward("Thee"),
        ),
    )


@pytest.fixture(scope="session")
def images() -> PassImages:
    return {
        name: {scale: b"\x89PNG\r\n\x1a\n" + bytes([scale]) * 900 for scale in (1, 2, 3)}
        for name in ("icon", "logo", "strip")
    }
