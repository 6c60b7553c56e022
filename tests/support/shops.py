"""A shop with its services, on a real database, with a clock that tests move by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from walletpass.apns.push import Answer, Push, Verdict
from walletpass.app import build_services
from walletpass.card_templates import CardTemplate, load_templates
from walletpass.loyalty.program import Milestone
from walletpass.operations.earning.stamp import stamp
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import join, new_form_key
from walletpass.operations.installation.add_merchant import NewMerchant, add_merchant
from walletpass.operations.posting.outcome import Outcome
from walletpass.operations.posting.request import Post
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.roll_outs.move import move_due
from walletpass.operations.services import Services
from walletpass.pkpass.development import load_development_signers
from walletpass.pkpass.signers import Signers
from walletpass.settings import Settings
from walletpass.shipped import CARD_TEMPLATES
from walletpass.store import accounts
from walletpass.store.session import Database

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@dataclass
class HandClock:
    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def pass_by(self, **duration: float) -> None:
        self.at += timedelta(**duration)


@dataclass
class KeptMail:
    """Takes what an SMTP server would take."""

    letters: list[tuple[str, str, str]] = field(default_factory=list)

    def send(self, to: str, subject: str, text: str) -> None:
        self.letters.append((to, subject, text))


@dataclass
class KeptPushes:
    """Takes what APNs would take; `verdict` is its answer to all."""

    pushed: list[tuple[str, str]] = field(default_factory=list)
    verdict: Verdict = Verdict.ACCEPTED
    ended_at: datetime | None = None
    free: int = 1000
    _answers: list[Answer] = field(default_factory=list)

    def submit(self, push: Push) -> None:
        self.pushed.append((push.pass_type_identifier, push.push_token))
        self._answers.append(Answer(push, self.verdict, "as told", self.ended_at))

    def poll(self, seconds: float) -> list[Answer]:
        answers, self._answers = self._answers, []
        return answers


@dataclass(frozen=True)
class Shop:
    services: Services
    clock: HandClock
    mail: KeptMail
    pushes: KeptPushes
    merchant_id: int
    code: str

    def join(self, name: str = "", email: str = "", language: str = "en") -> str:
        """A new customer; the key of the card's page."""
        applicant = Applicant(name=name, email=email)
        return join(self.services, self.code, applicant, language, "test", new_form_key()).page_key

    def account_id(self, page_key: str) -> int:
        with self.services.reading() as tx:
            digest = self.services.vault.digest("page key", page_key)
            account = accounts.find_account_by_page_key(tx, digest)
        assert account is not None
        return int(account.id)

    def request(self, account_id: int, key: str = "", **body: object) -> Post:
        return Post(self.merchant_id, account_id, key or new_form_key(), body)

    def stamp(self, account_id: int, adding: int = 1, key: str = "", reason: str = "") -> Outcome:
        return stamp(self.services, self.request(account_id, key, adding=adding), adding, reason)

    def roll_out(self) -> None:
        """Published changes reach all cards, in the time that this takes."""
        while due := move_due(self.services):
            self.clock.at = max(self.clock.at, due)


def add_shop(services: Services, name: str, milestones: tuple[Milestone, ...], language: str = "en") -> int:
    zone = ZoneInfo("Europe/Amsterdam")
    template = sorted(services.templates)[0]
    with services.transaction() as tx:
        return add_merchant(services, tx, NewMerchant(name, template, language, zone, milestones))


@pytest.fixture(scope="session")
def development_signers(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    return load_development_signers(tmp_path_factory.mktemp("signers"), START)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_env({"DATA_DIR": str(tmp_path), "SECRET_KEY": "of the tests"})


@pytest.fixture
def shop(settings: Settings, database: Database, development_signers: Signers) -> Shop:
    """Ten stamps for a coffee. The test runs once on each kind of database."""
    return open_shop(settings, database, development_signers)


@cache
def _load_templates() -> Mapping[str, CardTemplate]:
    return load_templates(CARD_TEMPLATES)[0]


def open_shop(settings: Settings, database: Database, signers: Signers) -> Shop:
    clock, mail, pushes = HandClock(), KeptMail(), KeptPushes()
    services = build_services(
        settings,
        database=database,
        clock=clock,
        signers=signers,
        templates=_load_templates(),
        mailer=mail,
        pusher=pushes,
    )
    merchant_id = add_shop(services, "Corner Coffee", (Milestone(10, "Free coffee"),))
    return Shop(services, clock, mail, pushes, merchant_id, get_rules(services, merchant_id).code)
