"""Who speaks for us to Apple and Google: by each wallet's mode, which is set and never inferred."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from walletpass import shipped
from walletpass.apns.sender import ApnsSender
from walletpass.apns.silent import SilentSender
from walletpass.clock import Clock, SystemClock
from walletpass.gpay.client import WalletClient
from walletpass.gpay.root_keys import RootKeys
from walletpass.gpay.service_account import (
    ServiceAccount,
    ServiceAccountRefused,
    parse_service_account,
    read_service_account,
)
from walletpass.gpay.throttle import Throttle
from walletpass.operations.google.issuers import Issuer, Issuers, no_issuers
from walletpass.operations.services import Pusher
from walletpass.pkpass import development
from walletpass.pkpass.certificate_folder import Trust
from walletpass.pkpass.signers import Signers, load_signers
from walletpass.pkpass.signing import ClientCertificate
from walletpass.settings import Settings, SettingsError, WalletMode
from walletpass.simulator import SIMULATOR_FOLDER
from walletpass.simulator.apns_address import NOWHERE, read_address
from walletpass.simulator.google.place import ISSUER_ID, find_place


def load_wallet_signers(settings: Settings, clock: Clock) -> Signers:
    """Raises SettingsError where live has no signer, or there is no certificate of the pass type that is named."""
    match settings.apple_wallet:
        case WalletMode.DEVELOPMENT:
            folder = settings.data_dir / development.FOLDER
            signers = development.load_development_signers(folder, clock.now())
        case WalletMode.LIVE:
            signers = _load_live_signers(settings, clock.now())
        case WalletMode.OFF:
            return Signers(())
    named = settings.apple_pass_type
    if named and named not in signers.pass_types_found:
        there = ", ".join(signers.pass_type_identifiers)
        raise SettingsError(
            [f"APPLE_PASS_TYPE={named!r}, but there are certificates of these only: {there}."]
        )
    return signers


def _load_live_signers(settings: Settings, now: datetime) -> Signers:
    trust = Trust.from_files(roots=[shipped.APPLE_ROOT], intermediates=[shipped.APPLE_WWDR_G4])
    signers = load_signers(settings.certs_dir, trust, now)
    if not signers.pass_type_identifiers:
        found = [f"{problem.file}: {problem.reason}" for problem in signers.problems]
        raise SettingsError(["APPLE_WALLET=live, but CERTS_DIR holds no usable certificate.", *found])
    return signers


def open_pusher(settings: Settings, signers: Signers, clock: Clock) -> Pusher:
    def certificate_for(pass_type_identifier: str) -> ClientCertificate:
        return signers.for_pass_type(pass_type_identifier, clock.now()).client_certificate()

    match settings.apple_wallet:
        case WalletMode.OFF:
            return SilentSender()
        case WalletMode.LIVE:
            return ApnsSender(certificate_for, clock=clock)
    roots = (settings.data_dir / development.FOLDER / development.ROOT_FILE).read_bytes()
    return ApnsSender(
        certificate_for, partial(read_address, settings.data_dir / SIMULATOR_FOLDER), roots, clock=clock
    )


def open_issuers(settings: Settings) -> Issuers:
    """Raises SettingsError where live has no key."""
    if settings.google_wallet is WalletMode.OFF:
        return no_issuers()
    throttle = Throttle(settings.google_rate)
    if settings.google_wallet is WalletMode.DEVELOPMENT:
        return _development_issuers(settings.data_dir / SIMULATOR_FOLDER, throttle)

    def issue_as(issuer_id: str, account: ServiceAccount) -> Issuer:
        return Issuer(issuer_id, account, WalletClient(account, throttle))

    operator = issue_as(settings.google_issuer_id, _read_google_key(settings))
    return Issuers(lambda: operator, lambda issuer_id, key: issue_as(issuer_id, parse_service_account(key)))


def _read_google_key(settings: Settings) -> ServiceAccount:
    """Raises SettingsError with all that the operator's issuer lacks."""
    problems = [] if settings.google_issuer_id else ["GOOGLE_WALLET=live needs GOOGLE_ISSUER_ID."]
    try:
        account = read_service_account(settings.google_key)
    except ServiceAccountRefused as error:
        raise SettingsError([*problems, f"GOOGLE_KEY={settings.google_key}: {error}"]) from None
    if problems:
        raise SettingsError(problems)
    return account


def _development_issuers(folder: Path, throttle: Throttle) -> Issuers:
    """All at the simulated Google, which takes no keys but its own."""

    def open_simulated() -> Issuer | None:
        place = find_place(folder)
        if place is None:
            return None
        account = parse_service_account(place.key, is_development=True)
        client = WalletClient(account, throttle, base_url=place.address, is_development=True)
        return Issuer(ISSUER_ID, account, client, place.save_page)

    def open_issuer(issuer_id: str, _: bytes) -> Issuer:
        simulated = open_simulated()
        if simulated is None:
            raise LookupError("The simulated Google has not been started.")
        return replace(simulated, id=issuer_id)

    return Issuers(open_simulated, open_issuer)


def open_root_keys(settings: Settings) -> RootKeys:
    if settings.google_wallet is not WalletMode.DEVELOPMENT:
        return RootKeys()
    folder = settings.data_dir / SIMULATOR_FOLDER

    def find_address() -> str:
        place = find_place(folder)
        return place.keys_address if place else NOWHERE

    return RootKeys(find_address)


def refuse_missing_credentials(settings: Settings) -> None:
    """Raises SettingsError with all that the wallets' modes lack."""
    problems = []
    if settings.apple_wallet is WalletMode.LIVE:
        if not settings.smtp_url:
            problems.append("APPLE_WALLET=live needs SMTP_URL: customers get codes by e-mail.")
        try:
            load_wallet_signers(settings, SystemClock())
        except SettingsError as error:
            problems += error.problems
    if settings.google_wallet is WalletMode.DEVELOPMENT is not settings.apple_wallet:
        problems.append(
            "GOOGLE_WALLET=development needs APPLE_WALLET=development: both are simulated together. "
            "Set GOOGLE_WALLET=live, or off."
        )
    if settings.google_wallet is WalletMode.LIVE:
        try:
            _read_google_key(settings)
        except SettingsError as error:
            problems += error.problems
    if problems:
        raise SettingsError(problems)
