"""A fleet of phones that lives while staff stamp and processes are killed without warning."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Event
from time import monotonic

from cryptography import x509
from sqlalchemy import update
from support.busy_shops import PASSWORD, SIMULATOR_FOLDER, BusyShop, open_busy_shop
from support.killable import Installation
from support.servers import free_port
from support.tills import Till
from support.truths import find_untrue_phones
from support.writers import Deck, Given, Writer

from walletpass.app import build_services
from walletpass.operations.services import Services
from walletpass.pkpass import development
from walletpass.settings import Settings
from walletpass.simulator.apns import SimulatedApns
from walletpass.simulator.apns_address import write_address
from walletpass.simulator.fleet import Fleet
from walletpass.simulator.installed import Trust
from walletpass.simulator.phones import Phones
from walletpass.store.outbox import push_outbox
from walletpass.store.schema import migrate

_WRITERS = 4
_CARDS_PER_PHONE = 2
_STAMPS_PER_CARD_AND_HOUR, _EVENTS_PER_PHONE_AND_HOUR = 8, 12
"""So that no phone comes to have more pushes in the hour than it may have, and waits for the hour to end."""
_SECONDS_IN_AN_HOUR = 3600
_LOOK_EVERY = 0.25


@dataclass(frozen=True)
class Plan:
    phones: int
    seconds: float
    """Of stamps, churn and kills. Afterwards all comes to rest."""
    between_kills: tuple[float, float]
    """Seconds, at least and at most."""
    longest_outage: float
    pauses: tuple[timedelta, ...]
    """Of phones, before they repeat what failed."""
    patience: float
    """Seconds until every phone must show the truth."""
    claims_end: bool
    """Whether what a killed worker had claimed is due at once; it takes minutes otherwise."""
    strange_requests: int
    seed: int

    def rate(self, things: int, times: int) -> float:
        """Per second, if each thing has its turn so many times in an hour; what is shorter counts as an hour."""
        return things * times * max(1.0, self.seconds / _SECONDS_IN_AN_HOUR) / self.seconds


@dataclass
class Soak:
    """What happens is counted in `events`, and printed at each kill."""

    plan: Plan
    services: Services
    """Of this process, on the same database."""
    shop: BusyShop
    installation: Installation
    fleet: Fleet
    writers: list[Writer]

    def __post_init__(self) -> None:
        self.events: Counter[str] = Counter()
        self._random = Random(self.plan.seed)

    def storm(self) -> list[Given]:
        """Stamps, churn and kills, all at once; afterwards everything runs again. What staff were told."""
        ended = Event()
        with ThreadPoolExecutor(_WRITERS + 1) as people:
            writing = [people.submit(writer.stamp_until, ended) for writer in self.writers]
            churning = people.submit(self._churn_until, ended)
            try:
                self._kill_for(self.plan.seconds)
            finally:
                ended.set()
            churning.result()
            given = [each for written in writing for each in written.result()]
        self.events["stamp"] += len(given)
        self.events["lost answer"] += sum(writer.lost for writer in self.writers)
        return given

    def calm(self) -> list[str]:
        """Wait until every phone shows the truth; what is untrue still when patience has ended."""
        if self.plan.claims_end:
            self.installation.kill()
            self._end_claims()
            self.installation.start()
        self.fleet.wake_all()
        deadline = monotonic() + self.plan.patience
        while (untrue := [*find_untrue_phones(self.services, self.fleet.members)]) and monotonic() < deadline:
            Event().wait(_LOOK_EVERY)
        return untrue

    def find_secrets(self) -> list[str]:
        """What no log may hold."""
        members = self.fleet.members
        cards = [card for member in members for card in member.phone.wallet.cards.values()]
        codes = [str(barcode["message"]) for card in cards for barcode in card.objects("barcodes")]
        return [
            PASSWORD,
            *codes,
            *(card.token for card in cards),
            *(member.phone.device.push_token for member in members),
            *(member.phone.device.library_id for member in members),
        ]

    def _kill_for(self, seconds: float) -> None:
        end = monotonic() + seconds
        while monotonic() < end:
            Event().wait(self._random.uniform(*self.plan.between_kills))
            victim = self._random.choice(("web", "worker"))
            self.installation.kill(victim)
            self.events[f"{victim} killed"] += 1
            print(f"{victim:6} killed {self.fleet.tally.cut().line()}", flush=True)
            Event().wait(self._random.uniform(0, self.plan.longest_outage))
            self.installation.start(victim)

    def _churn_until(self, ended: Event) -> None:
        random, pause = (
            Random(self.plan.seed),
            1 / self.plan.rate(self.plan.phones, _EVENTS_PER_PHONE_AND_HOUR),
        )
        while not ended.wait(random.uniform(0, 2 * pause)):
            self.events[self.fleet.churn()] += 1

    def _end_claims(self) -> None:
        """As if the minutes had passed after which what a killed worker had claimed is anybody's."""
        with self.services.transaction() as tx:
            tx.execute(update(push_outbox).values(due_at=self.services.clock.now()))


@contextmanager
def running_soak(plan: Plan, folder: Path, database_url: str) -> Iterator[Soak]:
    """All phones have their cards and all staff are signed in."""
    port = str(free_port())
    environment = {
        "DATA_DIR": str(folder),
        "DATABASE_URL": database_url,
        "PORT": port,
        "SECRET_KEY": "of the soak",
        "TRUSTED_PROXIES": "1",
    }
    services = build_services(Settings.from_env(environment))
    migrate(services.database)
    shop = open_busy_shop(services, _WRITERS)
    with ExitStack() as held:
        held.callback(services.database.close)
        installation = held.enter_context(Installation(environment, folder))
        fleet = _open_fleet(held, plan, services, shop)
        yield Soak(plan, services, shop, installation, fleet, _open_writers(plan, installation, shop, fleet))


def _open_fleet(held: ExitStack, plan: Plan, services: Services, shop: BusyShop) -> Fleet:
    chain = services.settings.data_dir / development.FOLDER
    roots = x509.load_pem_x509_certificates((chain / development.ROOT_FILE).read_bytes())
    phones = held.enter_context(Phones(services.clock))
    apns = held.enter_context(SimulatedApns(chain))
    apns.on_push(phones.on_push)
    write_address(services.settings.data_dir / SIMULATOR_FOLDER, apns.address)
    fleet = Fleet(
        phones,
        services.links.join(shop.code),
        Trust(roots, allow_http=True),
        services.clock,
        seed=plan.seed,
        pauses=plan.pauses,
        token_ended=apns.end_token,
    )
    for _ in range(plan.phones):
        fleet.add(_CARDS_PER_PHONE)
    return fleet


def _open_writers(plan: Plan, installation: Installation, shop: BusyShop, fleet: Fleet) -> list[Writer]:
    cards = [card for member in fleet.members for card in member.phone.wallet.cards.values()]
    codes = [str(card.objects("barcodes")[0]["message"]) for card in cards]
    deck = Deck(codes, Random(plan.seed))
    per_second = plan.rate(len(codes), _STAMPS_PER_CARD_AND_HOUR) / _WRITERS
    writers = []
    for number, address in enumerate(shop.staff):
        till = Till(installation.url, f"10.255.0.{number}", address, PASSWORD)
        writers.append(Writer(till, deck, per_second, Random(f"{plan.seed}/{number}")))
    return writers
