"""The development chain."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from ipaddress import IPv4Address
from stat import S_IMODE

from cryptography import x509

from walletpass.pkpass import development
from walletpass.pkpass.development import load_development_signers, load_server_files

DAY = timedelta(days=1)


def test_it_is_made_once_and_kept(now, tmp_path):
    """The first call makes a chain that signs; the next ones use it, until a month before its end."""
    first, again, late = (
        load_development_signers(tmp_path, at) for at in (now, now + 300 * DAY, now + 380 * DAY)
    )
    leaves = [
        signers.for_pass_type("pass.dev.walletpass.cards", now).certificate.leaf for signers in (first, again)
    ]
    assert leaves[0] == leaves[1]
    assert late.for_pass_type("pass.dev.walletpass.cards", now + 600 * DAY).certificate.leaf not in leaves


def test_other_pass_types_are_kept_and_renewed_with_it(now, tmp_path):
    """Asked for once, each has a certificate for good, under the one root that is trusted."""
    other = "pass.dev." + "long" * 20 + ".cards"
    names = (other, "pass.dev.walletpass.cards")
    asked = load_development_signers(tmp_path, now, other)
    again = load_development_signers(tmp_path, now)
    late = load_development_signers(tmp_path, now + 380 * DAY)
    assert [signers.pass_type_identifiers for signers in (asked, again, late)] == [names] * 3
    assert {signer.certificate.leaf for signer in asked} == {signer.certificate.leaf for signer in again}
    assert all(signer.certificate.covers(now + 600 * DAY) for signer in late)


def test_several_processes_may_ask_at_once(now, tmp_path):
    """All who start together end with the same chain."""
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: load_development_signers(tmp_path, now), range(4)))
    assert len({signer.certificate.leaf for signers in found for signer in signers}) == 1


def test_a_damaged_chain_is_made_anew(now, tmp_path):
    """A lost key or a root of another chain is no reason to stop, nor is a chain from before there were servers."""
    load_development_signers(tmp_path, now)
    (tmp_path / "key.pem").unlink()
    (tmp_path / "root.pem").write_text("nonsense")
    assert load_development_signers(tmp_path, now).problems == ()
    load_server_files(tmp_path, now).key.unlink()
    assert load_server_files(tmp_path, now).key.exists()


def test_a_server_of_this_machine_leads_to_the_same_root(now, tmp_path):
    """Whoever trusts the root of the chain can verify the server, under both of this machine's names."""
    files = load_server_files(tmp_path, now)
    server, root = (
        x509.load_pem_x509_certificate(path.read_bytes()) for path in (files.certificate, files.root)
    )
    server.verify_directly_issued_by(root)
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert names.get_values_for_type(x509.IPAddress) == [IPv4Address("127.0.0.1")]


def test_only_the_owner_reads_the_key(now, tmp_path):
    """The key has mode 600, and nothing is left beside the chain's files."""
    load_development_signers(tmp_path, now)
    assert {S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("key.pem")} == {0o600}
    assert {path.name for path in tmp_path.iterdir()} == {
        ".lock",
        "chain.pem",
        "key.pem",
        "root.pem",
        "server",
    }


def test_nobody_takes_it_for_apples(now, tmp_path):
    """Every name in the chain says what it is."""
    (signer,) = load_development_signers(tmp_path, now)
    chain = signer.certificate
    for link in (chain.leaf, chain.intermediate, chain.root):
        assert "walletpass development" in link.subject.rfc4514_string()
    assert len(development.TEAM_IDENTIFIER) == 10
