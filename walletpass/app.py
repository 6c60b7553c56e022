"""The only place where rooms are joined."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from walletpass import shipped
from walletpass.card_templates import CardTemplate, load_templates
from walletpass.clock import Clock, SystemClock
from walletpass.collector import rest_collector
from walletpass.context import answer_refusals, put_services
from walletpass.links import Links
from walletpass.logs import set_up_logs
from walletpass.mail import PrintedMailer, SmtpMailer
from walletpass.operations.delivery.relay import Loop, Relay
from walletpass.operations.delivery.sightings import SECONDS_BETWEEN_FLUSHES
from walletpass.operations.due.do_due import do_due
from walletpass.operations.gift_cards.expire import expire_gift_cards
from walletpass.operations.google.reconcile import try_to_reconcile
from walletpass.operations.health import Level, check_health
from walletpass.operations.installation.demo import DEMO_PASSWORD, SHOPS, load_demo
from walletpass.operations.roll_outs.mover import RollOuts
from walletpass.operations.services import Mailer, Services
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.pkpass import development
from walletpass.pkpass.cache import StaticCache
from walletpass.scheduler import start_ticking
from walletpass.settings import Settings, WalletMode
from walletpass.simulator import SIMULATOR_FOLDER
from walletpass.simulator.android_page import android_pages
from walletpass.simulator.apns import SimulatedApns
from walletpass.simulator.apns_address import write_address
from walletpass.simulator.browser_phones import get_lending, put_lending
from walletpass.simulator.google.place import find_address, start_google
from walletpass.simulator.google.routes import SAVE_PAGE
from walletpass.simulator.lending import Lending
from walletpass.simulator.page import simulator_pages
from walletpass.store.schema import migrate
from walletpass.store.session import Database
from walletpass.translations import SOURCE_LANGUAGE, translator
from walletpass.vault import Vault, load_secret
from walletpass.wallets import (
    load_wallet_signers,
    open_issuers,
    open_pusher,
    open_root_keys,
    refuse_missing_credentials,
)
from walletpass.web import register_pages
from walletpass.webservice.addresses import take_any_slashes
from walletpass.webservice.endpoints import webservice
from walletpass.webservice.limits import limit_addresses

log = logging.getLogger(__name__)

_STATIC_CACHE_BYTES = 256 * 1024 * 1024
_MOST_REQUEST_BYTES = 6 * 1024 * 1024
_SESSION_LASTS = timedelta(days=30)
_SERVER_LOOKS, _WORKER_LOOKS = 1.0, 0.2
"""Seconds after which a relay looks by itself; a worker is not woken by the commits of servers."""
_DUE_EVERY, _GIFT_CARDS_EVERY, _RECONCILED_EVERY = 2.0, 600.0, 6 * 3600.0
"""Seconds."""
_RATE = "600 per minute"
"""Per caller's address, for every route that has no limit of its own."""


def create_app(settings: Settings | None = None, **override: Any) -> Flask:
    """The application. `override` replaces fields of Services by name: the whole test seam."""
    settings = settings or Settings.from_env()
    services = build_services(settings, **override)
    app = Flask("walletpass", template_folder="web/html", static_folder="web/static")
    app.config.update(
        SECRET_KEY=services.vault.session_key,
        MAX_CONTENT_LENGTH=_MOST_REQUEST_BYTES,
        PERMANENT_SESSION_LIFETIME=_SESSION_LASTS,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,  # a late answer would sign in again who has just signed out
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https:"),
        WTF_CSRF_TIME_LIMIT=int(_SESSION_LASTS.total_seconds()),
        WTF_CSRF_SSL_STRICT=False,  # compares with the Host header, which is never trusted here
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]
    app.wsgi_app = take_any_slashes(app.wsgi_app)  # type: ignore[method-assign, assignment]
    put_services(app, services)
    answer_refusals(app)
    csrf = CSRFProtect(app)
    csrf.exempt(webservice)
    csrf.exempt("walletpass.web.google.callback")
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", default_limits=[_RATE])
    app.register_blueprint(webservice)
    limit_addresses(app, limiter, webservice)
    register_pages(app, limiter)
    if settings.apple_wallet is WalletMode.DEVELOPMENT:
        _mount_simulator(app, services, limiter)
    return app


def _mount_simulator(app: Flask, services: Services, limiter: Limiter) -> None:
    folder = services.settings.data_dir
    root = folder / development.FOLDER / development.ROOT_FILE
    google = None
    if services.settings.google_wallet is WalletMode.DEVELOPMENT:
        google = partial(find_address, folder / SIMULATOR_FOLDER)
    put_lending(app, Lending(folder / SIMULATOR_FOLDER / "phones", root, services.clock, google=google))
    app.register_blueprint(simulator_pages)
    app.register_blueprint(android_pages)
    limiter.exempt(app.view_functions["simulator.version"])  # an open page asks often


def build_services(settings: Settings, **override: Any) -> Services:
    clock: Clock = override.get("clock") or SystemClock()
    signers = override.get("signers") or load_wallet_signers(settings, clock)
    made: dict[str, Any] = {
        "settings": settings,
        "clock": clock,
        "database": Database(settings.database_url),
        "vault": Vault(load_secret(settings.secret_key, settings.data_dir)),
        "links": Links(settings.public_url),
        "signers": signers,
        "templates": override.get("templates") or _load_templates(),
        "static_parts": StaticCache(_STATIC_CACHE_BYTES),
        "mailer": _mailer(settings),
        "pusher": override.get("pusher") or open_pusher(settings, signers, clock),
        "google": override.get("google") or open_issuers(settings),
        "google_keys": open_root_keys(settings),
    }
    return Services(**{**made, **override})


def _load_templates() -> Mapping[str, CardTemplate]:
    templates, problems = load_templates(shipped.CARD_TEMPLATES)
    for problem in problems:
        log.warning("template.broken", extra={"why": str(problem)})
    return templates


def prepare(settings: Settings, *, demo: bool = False) -> list[str]:
    """Bring everything to the point where requests can be answered; lines to print then.

    Raises SettingsError.
    """
    set_up_logs(settings)
    refuse_missing_credentials(settings)
    services = build_services(settings)
    migrate(services.database)
    lines = []
    if demo:
        load_demo(services)
        lines = _describe_demo(services)
    say = translator(SOURCE_LANGUAGE).say
    alarms = [say(check.sentence) for check in check_health(services) if check.level is Level.ALARM]
    services.database.close()
    return lines + alarms


def run_worker(settings: Settings) -> None:
    """Deliver from the outbox and move cards until the process is told to end."""
    set_up_logs(settings)
    services = build_services(settings)
    rest_collector()
    RollOuts(services).start()
    _start_ticking(services)
    relay = Relay(services, _WORKER_LOOKS)
    relay.start()
    relay.join()


def start_relay(app: Flask) -> Relay:
    """The relay of a server that delivers and moves cards by itself."""
    services = app.extensions["walletpass"]
    RollOuts(services).start()
    _start_ticking(services)
    relay = Relay(services, _SERVER_LOOKS)
    relay.start()
    return relay


def _start_ticking(services: Services) -> None:
    """What time brings, to cards and to gift cards; and what Google may have failed to tell."""
    start_ticking(
        {
            partial(do_due, services): _DUE_EVERY,
            lambda: expire_gift_cards(services) > 0: _GIFT_CARDS_EVERY,
            partial(try_to_reconcile, services): _RECONCILED_EVERY,
        }
    )


def start_simulator(app: Flask) -> None:
    """In development mode: APNs, and the phones that browsers were lent."""
    services = app.extensions["walletpass"]
    settings = services.settings
    if settings.apple_wallet is not WalletMode.DEVELOPMENT:
        return
    lending = get_lending(app)
    apns = SimulatedApns(settings.data_dir / development.FOLDER, clock=services.clock)
    apns.on_push(lending.on_push)
    apns.take_orders(settings.data_dir / SIMULATOR_FOLDER)
    apns.start()
    write_address(settings.data_dir / SIMULATOR_FOLDER, apns.address)
    if settings.google_wallet is WalletMode.DEVELOPMENT:
        save_page = f"{services.links.public_url}/simulator{SAVE_PAGE}"
        google = start_google(settings.data_dir / SIMULATOR_FOLDER, services.clock, save_page)
        google.take_orders(settings.data_dir / SIMULATOR_FOLDER)
    lending.start()


def open_app() -> Flask:
    """The application of a process that answers requests: with logs, and with what it writes down now and then."""
    settings = Settings.from_env()
    set_up_logs(settings)
    app = create_app(settings)
    rest_collector()
    _start_sightings(app.extensions["walletpass"])
    return app


def _start_sightings(services: Services) -> None:
    """Which phones asked for changes."""

    def flush() -> float:
        services.sightings.flush(services.database)
        return SECONDS_BETWEEN_FLUSHES

    Loop("sightings", flush).start()


def _mailer(settings: Settings) -> Mailer:
    return SmtpMailer(settings.smtp_url, settings.mail_from) if settings.smtp_url else PrintedMailer()


def _describe_demo(services: Services) -> list[str]:
    lines = ["", f"Sign in at {services.links.public_url}/sign-in, password {DEMO_PASSWORD}:"]
    for shop in SHOPS:
        owner, staff = shop.address(StaffRole.OWNER), shop.address(StaffRole.STAFF)
        lines.append(f"  {shop.merchant.name:22} owner {owner:28} staff {staff}")
    return lines
