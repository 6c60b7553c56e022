"""Services at another time than now: how a past is made that never was."""

from dataclasses import dataclass, replace
from datetime import datetime

from walletpass.operations.services import Services


@dataclass(frozen=True, slots=True)
class _Stopped:
    instant: datetime

    def now(self) -> datetime:
        return self.instant


def at(services: Services, instant: datetime) -> Services:
    return replace(services, clock=_Stopped(instant))
