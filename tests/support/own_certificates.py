"""Certificates of several pass types in one folder, as an installation with merchants' own ones has them."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from support.shops import START, Shop

from walletpass.operations.services import Services
from walletpass.pkpass import development
from walletpass.pkpass.certificates import PassCertificate
from walletpass.pkpass.key_files import make_key
from walletpass.pkpass.signers import Signers
from walletpass.pkpass.signing import Signer

OWN_TEAM = "OWNTEAM123"


@cache
def make_signer(pass_type: str, days: int = 395, now: datetime = START) -> Signer:
    root = development.make_root(now)
    issuer, key = development.make_intermediate(root, now), make_key()
    leaf = development.make_pass_certificate(
        issuer,
        key,
        now,
        pass_type_identifier=pass_type,
        team_identifier=OWN_TEAM,
        life=timedelta(days=days),
    )
    return Signer(PassCertificate(leaf, issuer.certificate, root.certificate), key, now)


def with_certificates(shop: Shop, *pass_types: str) -> Services:
    """The same services, started again after certificates of these were put beside those that are there."""
    signers = Signers([*shop.services.signers, *map(make_signer, pass_types)])
    return replace(shop.services, signers=signers)
