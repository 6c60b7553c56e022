"""`walletpass pass check`: text for people, JSON for programs, an exit status for scripts."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.serialization import Encoding
from pkpass_check.forge import INTERMEDIATE, ROOT, Draft, pass_certificate

from walletpass.cli.pass_check import check
from walletpass.clock import SystemClock


@pytest.fixture
def draft() -> Draft:
    """A pass that is good at this moment."""
    now = SystemClock().now().replace(microsecond=0)
    leaf = pass_certificate(INTERMEDIATE, start=now - timedelta(days=1))
    draft = Draft(signing={"signer": leaf, "inside": (leaf, INTERMEDIATE), "signed_at": now})
    draft.document["expirationDate"] = "9999-01-01T00:00Z"
    return draft


@pytest.fixture
def root(tmp_path: Path) -> str:
    path = tmp_path / "root.pem"
    path.write_bytes(ROOT.certificate.public_bytes(Encoding.PEM))
    return str(path)


def _run(tmp_path: Path, data: bytes, *options: str) -> Result:
    path = tmp_path / "x.pkpass"
    path.write_bytes(data)
    return CliRunner().invoke(check, [str(path), *options])


def test_good_pass_is_called_good(tmp_path, draft, root):
    """Exit status 0, who it is from, and the verdict."""
    result = _run(tmp_path, draft.build(), "--root", root)
    assert result.exit_code == 0
    assert "Example Bakery: pass.com.example.loyalty, serial c7f0a2b94d" in result.output
    assert "Nothing here makes an iPhone refuse it." in result.output


def test_apple_is_trusted_unless_told_otherwise(tmp_path, draft):
    """Without --root only Apple's certificates end a chain; exit status 1 and what to do."""
    result = _run(tmp_path, draft.build())
    assert result.exit_code == 1
    assert "signature  [chain_untrusted]" in result.output
    assert "→ Sign with a certificate from Apple" in result.output


def test_findings_stand_by_severity(tmp_path, draft, root):
    """What makes an iPhone refuse the pass comes first."""
    draft.document |= {"voided": "yes", "groupingIdentifier": "a"}
    draft.document.pop("description")
    output = _run(tmp_path, draft.build(), "--root", root).output
    codes = ("missing_refused", "value_dropped", "key_without_effect")
    assert sorted(codes, key=output.index) == list(codes)


def test_unreadable_file_has_its_own_status(tmp_path):
    """Exit status 2 for what is not a package."""
    result = _run(tmp_path, b"<html>")
    assert result.exit_code == 2
    assert "[not_a_zip]" in result.output


def test_json_has_a_stable_shape(tmp_path, draft, root):
    """The members that programs rely on."""
    draft.document["webServiceURL"] = "http://127.0.0.1/"
    answer = json.loads(_run(tmp_path, draft.build(), "--json", "--root", root).output)
    assert answer.keys() == {"exit_code", "readable", "passes", "findings"}
    assert answer["exit_code"] == 1
    (identity,) = answer["passes"]
    assert identity.keys() == {"pass_type", "team", "serial", "organization", "signed_at", "chain"}
    (finding,) = answer["findings"]
    assert finding.keys() == {"code", "severity", "place", "sentence", "remedy"}
    assert (finding["code"], finding["severity"]) == ("web_service_not_https", "error")


def test_http_can_be_allowed(tmp_path, draft, root):
    """A development server without TLS is no error when asked for."""
    draft.document["webServiceURL"] = "http://127.0.0.1/"
    assert _run(tmp_path, draft.build(), "--root", root, "--allow-http").exit_code == 0


def test_root_without_certificate_is_refused(tmp_path, draft):
    """A wrong --root file is named, not taken for an empty list of roots."""
    wrong = tmp_path / "root.pem"
    wrong.write_text("hello")
    result = _run(tmp_path, draft.build(), "--root", str(wrong))
    assert result.exit_code == 2
    assert "holds no PEM certificate" in result.output
