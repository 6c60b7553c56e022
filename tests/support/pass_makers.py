"""Signed passes with any pass.json, and phones that trust their chain."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from support.plain_pass import render_plain
from support.shops import START

from walletpass import shipped
from walletpass.artwork import draw_images
from walletpass.card_templates import load_template
from walletpass.pkpass.bundle import build_pass
from walletpass.pkpass.development import FOLDER, ROOT_FILE, load_development_signers
from walletpass.pkpass.sample import sample_card, sample_identity
from walletpass.pkpass.signers import Signers
from walletpass.pkpass.static import StaticPart, build_static
from walletpass.simulator.installed import Trust
from walletpass.simulator.phone import Phone

TOKEN = "a-token-long-enough"


@dataclass(frozen=True)
class PassMaker:
    """Makes versions of one store card; a key whose value is None is left out."""

    folder: Path
    """Of the development chain."""
    signers: Signers
    trust: Trust
    static: StaticPart
    document: Mapping[str, Any]

    def build(self, news: str = "Welcome!", **changes: object) -> bytes:
        document = {**deepcopy(dict(self.document)), "authenticationToken": TOKEN, **changes}
        for field in document["storeCard"]["backFields"]:
            if field["key"] == "news":
                field["value"] = news
        kept = {key: value for key, value in document.items() if value is not None}
        return build_pass(self.static, kept, next(iter(self.signers)), START)

    def phone(self, **options: Any) -> Phone:
        return Phone(self.trust, **options)


@pytest.fixture(scope="session")
def pass_maker(tmp_path_factory: pytest.TempPathFactory) -> PassMaker:
    folder = tmp_path_factory.mktemp("maker") / FOLDER
    signers = load_development_signers(folder, START)
    (signer,) = signers
    roots = x509.load_pem_x509_certificates((folder / ROOT_FILE).read_bytes())
    template = load_template(shipped.CARD_TEMPLATES / "coffee-bar")
    design, card = template.design("Café Ærlig", language="en"), sample_card(START)
    static = build_static(design, draw_images(design, card.progress, template.images))
    document = render_plain(card, static.frame, sample_identity(signer))
    return PassMaker(folder, signers, Trust(roots, allow_http=True), static, document)
