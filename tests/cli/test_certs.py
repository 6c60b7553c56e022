"""`walletpass certs` and `walletpass pass sample` as their users meet them."""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from stat import S_IMODE
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    load_pem_private_key,
    pkcs12,
)

from walletpass.cli import main
from walletpass.pkpass import development
from walletpass.pkpass.key_files import make_key

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the commands take the real time


@pytest.fixture(scope="module")
def root(now):
    return development.make_root(now)


@pytest.fixture(scope="module")
def issuer(root, now):
    return development.make_intermediate(root, now)


@pytest.fixture
def root_file(root, tmp_path) -> Path:
    path = tmp_path / "root.pem"
    path.write_bytes(root.certificate.public_bytes(Encoding.PEM))
    return path


@pytest.fixture
def folder(issuer, tmp_path) -> Path:
    """CERTS_DIR with the intermediate that these tests' leaves come from."""
    path = tmp_path / "certs"
    path.mkdir()
    (path / "wwdr").write_bytes(issuer.certificate.public_bytes(Encoding.DER))
    return path


@pytest.fixture
def run(folder, tmp_path) -> Run:
    def run(*arguments: object, input: str = "") -> Result:  # noqa: A002 - click's own name
        environment = {"DATA_DIR": str(tmp_path / "data"), "CERTS_DIR": str(folder)}
        return CliRunner().invoke(
            main, [str(argument) for argument in arguments], input=input, env=environment
        )

    return run


@pytest.fixture
def p12(issuer, now, tmp_path) -> Path:
    key = make_key()
    leaf = development.make_pass_certificate(issuer, key, now)
    path = tmp_path / "Certificates"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(b"", key, leaf, None, BestAvailableEncryption(b"secret"))
    )
    return path


def test_from_request_to_certificate(run, folder, root_file, issuer, now, tmp_path):
    """Request made here, certified elsewhere, imported under any name: then the folder is good."""
    assert run("certs", "csr").exit_code == 0
    (request_file,) = folder.glob("*.csr")
    (key_file,) = folder.glob("request-*.key.pem")
    assert S_IMODE(key_file.stat().st_mode) == 0o600
    assert x509.load_pem_x509_csr(request_file.read_bytes()).is_signature_valid

    key = load_pem_private_key(key_file.read_bytes(), None)
    leaf = development.make_pass_certificate(issuer, key, now)
    (tmp_path / "download").write_bytes(leaf.public_bytes(Encoding.DER))
    imported = run("certs", "import", tmp_path / "download", "--root", root_file)
    assert imported.exit_code == 0, imported.output
    (stored_key,) = folder.glob("pass.dev.walletpass.cards.*.key.pem")
    assert S_IMODE(stored_key.stat().st_mode) == 0o600

    checked = run("certs", "check", "--root", root_file)
    assert checked.exit_code == 0, checked.output
    for told in ("DEVELOPMNT", "pass.dev.walletpass.cards", "394 days left", "3649 days left", "good"):
        assert told in checked.output


def test_p12_with_its_passphrase(run, root_file, p12):
    """A .p12 asks for its passphrase, which is not shown; the key is kept without it."""
    imported = run("certs", "import", p12, "--root", root_file, input="secret\n")
    assert imported.exit_code == 0, imported.output
    assert "secret" not in imported.output
    assert run("certs", "check", "--root", root_file).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "answer", "code"),
    [((), "secret", "untrusted_root"), (("--root", "root"), "wrong", "passphrase_wrong")],
)
def test_what_is_refused_is_not_stored(arguments, answer, code, run, folder, root_file, p12):
    """A chain that is not Apple's and a wrong passphrase leave the folder as it was."""
    arguments = [root_file if argument == "root" else argument for argument in arguments]
    refused = run("certs", "import", p12, *arguments, input=f"{answer}\n")
    assert refused.exit_code == 1
    assert code in refused.output
    assert [path.name for path in folder.iterdir()] == ["wwdr"]


def test_a_certificate_without_its_key(run, root_file, issuer, now, tmp_path):
    """The most frequent mistake: the portal's file on a machine that did not make the request."""
    leaf = development.make_pass_certificate(issuer, make_key(), now)
    (tmp_path / "pass.cer").write_bytes(leaf.public_bytes(Encoding.DER))
    refused = run("certs", "import", tmp_path / "pass.cer", "--root", root_file)
    assert refused.exit_code == 1
    assert "missing_key" in refused.output


def test_check_of_an_empty_folder(run):
    """No certificate is not a good certificate."""
    checked = run("certs", "check")
    assert checked.exit_code == 1
    assert "no pass certificate" in checked.output


def test_import_of_something_else(run, folder):
    """An intermediate alone is no pass certificate."""
    refused = run("certs", "import", folder / "wwdr")
    assert refused.exit_code == 1
    assert "no pass certificate" in refused.output


def test_the_development_chain_is_good_under_its_own_root_only(run, tmp_path):
    """`certs dev` makes it, `certs check` takes it with its root and not with Apple's."""
    assert run("certs", "dev").exit_code == 0
    chain = tmp_path / "data" / development.FOLDER
    assert run("certs", "check", chain, "--root", chain / "root.pem").exit_code == 0
    refused = run("certs", "check", chain)
    assert refused.exit_code == 1
    assert "untrusted_root" in refused.output


def test_a_sample_pass(run, tmp_path):
    """The sample is a whole signed pass that OpenSSL verifies under the development root."""
    made = run("pass", "sample", tmp_path / "sample.pkpass")
    assert made.exit_code == 0, made.output
    with ZipFile(tmp_path / "sample.pkpass") as file:
        file.extractall(tmp_path)
    command = (
        "openssl cms -verify -binary -inform DER -in signature -content manifest.json -purpose any -CAfile"
    )
    root = tmp_path / "data" / development.FOLDER / "root.pem"
    subprocess.run([*command.split(), root], cwd=tmp_path, check=True, capture_output=True)


def test_a_sample_that_cannot_be_written(run, tmp_path):
    """A folder that is not there is told in a sentence."""
    refused = run("pass", "sample", tmp_path / "nowhere" / "x.pkpass")
    assert refused.exit_code == 1
    assert "No such file" in refused.output
