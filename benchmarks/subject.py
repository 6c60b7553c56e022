"""What is built: one example card in a real template's look, with a development certificate."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from walletpass import shipped
from walletpass.artwork import draw_images
from walletpass.card.card import Card, Nearby
from walletpass.card.design import Design
from walletpass.card_templates import load_template
from walletpass.clock import SystemClock
from walletpass.pkpass.bundle import build_pass
from walletpass.pkpass.development import load_development_signers
from walletpass.pkpass.identity import PassIdentity
from walletpass.pkpass.images import PassImages
from walletpass.pkpass.render import render_pass
from walletpass.pkpass.sample import sample_card, sample_identity
from walletpass.pkpass.signing import Signer
from walletpass.pkpass.static import StaticPart, build_static

_MANIFEST_BYTES = 700


@dataclass(frozen=True, slots=True)
class Subject:
    card: Card
    design: Design
    images: PassImages
    identity: PassIdentity
    signer: Signer

    def build(self, static: StaticPart) -> bytes:
        """As the service does for every fetch: values in, finished file out, signed now."""
        rendered = render_pass(self.card, static.frame, self.identity)
        return build_pass(static, rendered, self.signer, SystemClock().now())

    def build_static(self) -> StaticPart:
        return build_static(self.design, self.images)


def make_subject(certificates: Path) -> Subject:
    now = SystemClock().now()
    (signer,) = load_development_signers(certificates, now)
    template = load_template(shipped.CARD_TEMPLATES / "coffee-bar")
    design, card = template.design("Café Ærlig", "+45 00 00 00 00\nhttps://example.invalid"), sample_card(now)
    card = replace(card, nearby=Nearby(card.nearby.places * 5))
    images = draw_images(design, card.progress, template.images)
    return Subject(card, design, images, sample_identity(signer), signer)


def raw_signing(signer: Signer) -> Callable[[], bytes]:
    """The limit: nothing but RSA with the same key."""
    key = load_pem_private_key(signer.client_certificate().key, None)
    padding, algorithm, data = PKCS1v15(), SHA256(), bytes(_MANIFEST_BYTES)
    return lambda: key.sign(data, padding, algorithm)  # type: ignore[union-attr, call-arg, arg-type]
