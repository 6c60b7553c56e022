"""What the health page says of certificates."""

from datetime import timedelta

import pytest
from support.shops import Shop

from walletpass.operations.health import Level, check_health, level_of


@pytest.mark.parametrize(
    ("days", "level"),
    [
        (61, Level.FINE),
        (60, Level.NOTE),
        (31, Level.NOTE),
        (30, Level.WARNING),
        (8, Level.WARNING),
        (7, Level.ALARM),
        (-1, Level.ALARM),
    ],
)
def test_warnings_come_at_sixty_thirty_and_seven_days(days: int, level: Level) -> None:
    assert level_of(days) is level


def test_a_certificate_that_ends_is_told_before_and_after(shop: Shop) -> None:
    (signer,) = shop.services.signers

    def leaf() -> tuple[Level, str]:
        check = next(check for check in check_health(shop.services) if check.name == "certificate")
        return check.level, check.sentence.message

    assert leaf()[0] is Level.FINE
    shop.clock.at = signer.certificate.not_after - timedelta(days=20)
    assert leaf() == (Level.WARNING, "%(pass_type)s: %(part)s ends in %(n)s day.")
    shop.clock.at = signer.certificate.not_after + timedelta(days=2)
    assert leaf() == (Level.ALARM, "%(pass_type)s: %(part)s has expired.")


def test_development_mode_is_a_warning(shop: Shop) -> None:
    first = check_health(shop.services)[0]
    assert (first.name, first.level) == ("apple", Level.WARNING)
