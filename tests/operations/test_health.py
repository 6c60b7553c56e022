"""What the health page says of certificates."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from support.phones import hold_pass
from support.shops import Shop, add_shop

from walletpass.loyalty.program import Milestone
from walletpass.operations.health import Level, check_health, level_of
from walletpass.pkpass.certificate_folder import Trust
from walletpass.pkpass.signers import load_signers
from walletpass.settings import WalletMode
from walletpass.store import merchants
from walletpass.store.halts import keep_halt, push_halts
from walletpass.store.statements import change
from walletpass.translations import SOURCE_LANGUAGE, translator


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


@pytest.mark.parametrize(
    ("language", "expired"),
    [
        ("nl", "pair.pem: Het certificaat is op 22 dec 2027 verlopen."),
        ("nb", "pair.pem: Sertifikatet utløp 22. des. 2027."),
        ("hu", "pair.pem: A tanúsítvány lejárt: 2027. dec. 22."),
        ("da", "pair.pem: Certifikatet udløb 22. dec. 2027."),
    ],
)
def test_what_is_wrong_with_a_file_is_told_in_the_reader_s_language(
    shop: Shop, tmp_path: Path, language: str, expired: str
) -> None:
    """Every problem of every file, and the date as it is written there."""
    (signer,) = shop.services.signers
    pair = signer.client_certificate()
    (tmp_path / "pair.pem").write_bytes(pair.certificates + pair.key)
    (tmp_path / "broken.pem").write_bytes(b"-----BEGIN CERTIFICATE-----")
    signers = load_signers(tmp_path, Trust(()), signer.certificate.not_after + timedelta(days=1))
    _apple, _google, *found = check_health(replace(shop.services, signers=signers))

    def told(reader: str) -> list[str]:
        return [translator(reader).say(check.sentence) for check in found]

    assert told(SOURCE_LANGUAGE)[0] == "broken.pem: A certificate in the file is damaged."
    assert not set(told(language)) & set(told(SOURCE_LANGUAGE))
    assert told(language)[1].startswith(expired)


def test_development_mode_is_a_warning(shop: Shop) -> None:
    first = check_health(shop.services)[0]
    assert (first.name, first.level) == ("apple", Level.WARNING)


def test_pushes_that_apple_refuses_are_told_to_whom_they_concern(shop: Shop) -> None:
    """To the operator and to merchants whose cards are of that pass type; to nobody else."""
    operators, theirs, others = "pass.test.operator", "pass.test.theirs", "pass.test.others"
    with shop.services.transaction() as tx:
        for pass_type in (operators, theirs, others):
            keep_halt(tx, push_halts, pass_type, "BadCertificate", shop.clock.now(), shop.clock.now(), 1)
    other = add_shop(shop.services, "Other", (Milestone(5, "Tea"),))
    third = add_shop(shop.services, "Third", (Milestone(5, "Tea"),))
    with shop.services.transaction() as tx:
        change(tx, merchants.merchants, other, pass_type_identifier=others)
        change(tx, merchants.merchants, third, pass_type_identifier=theirs)

    def halted(merchant_id: int | None) -> set[object]:
        checks = check_health(shop.services, merchant_id)
        return {check.sentence.values["pass_type"] for check in checks if check.name == "pushes"}

    assert halted(None) == {operators, theirs, others}
    assert halted(shop.merchant_id) == {operators}
    assert halted(other) == {others}


@pytest.mark.parametrize(
    ("mode", "level"),
    [(WalletMode.LIVE, Level.FINE), (WalletMode.OFF, Level.NOTE), (WalletMode.DEVELOPMENT, Level.WARNING)],
)
def test_how_each_wallet_is_used_is_told(shop: Shop, mode: WalletMode, level: Level) -> None:
    settings = replace(shop.services.settings, apple_wallet=mode, google_wallet=mode)
    checks = check_health(replace(shop.services, settings=settings))
    assert [(check.name, check.level) for check in checks[:2]] == [("apple", level), ("google", level)]


def test_pushes_that_wait_long_are_told(shop: Shop) -> None:
    hold_pass(shop, "one")
    assert [check for check in check_health(shop.services) if check.name == "backlog"] == []
    shop.clock.pass_by(minutes=20)
    (check,) = [check for check in check_health(shop.services) if check.name == "backlog"]
    assert check.sentence.values == {"n": 1, "minutes": 20}
