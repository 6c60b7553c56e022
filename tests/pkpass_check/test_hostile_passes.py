"""Whatever the bytes, the answer is a report."""

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pkpass_check.forge import DOCUMENT, NOW, ROOT, Draft, pack, sign

from walletpass.pkpass.check import Report, check_pass
from walletpass.pkpass.check.cms import read_signed_data
from walletpass.pkpass.check.keys import FIELD, PASS
from walletpass.pkpass.check.strings_file import parse_strings

GOOD = Draft().build()
MANIFEST = b"{}"
SIGNATURE = sign(MANIFEST)

_quick = settings(suppress_health_check=list(HealthCheck), max_examples=80)
_edits = st.lists(
    st.tuples(
        st.integers(0, 2**20), st.sampled_from(("set", "cut", "insert", "drop")), st.binary(max_size=6)
    ),
    min_size=1,
    max_size=6,
)
_scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
_values = st.recursive(
    _scalars
    | st.just(10**400)
    | st.sampled_from(("\ud800", "PKBarcodeFormatQR", "2027-05-01T09:00Z", "rgb(1,2,3)")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(sorted(FIELD)) | st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)


def _check(data: bytes) -> Report:
    report = check_pass(data, roots=[ROOT.certificate], now=NOW)
    assert report.exit_code in (0, 1, 2)
    assert all(finding.sentence.isprintable() and finding.remedy.isprintable() for finding in report.findings)
    json.dumps([finding.place for finding in report.findings]).encode()
    return report


def _edit(data: bytes, edits: list[tuple[int, str, bytes]]) -> bytes:
    for position, action, insert in edits:
        at = position % (len(data) or 1)
        match action:
            case "set":
                data = data[:at] + insert + data[at + len(insert) :]
            case "insert":
                data = data[:at] + insert + data[at:]
            case "drop":
                data = data[:at] + data[at + len(insert) + 1 :]
            case _:
                data = data[:at]
    return data


def _paths(document: object, path: tuple = ()) -> list[tuple]:
    items = document.items() if isinstance(document, dict) else enumerate(document)
    return [
        each
        for key, value in items
        for each in ([(*path, key)] + (_paths(value, (*path, key)) if isinstance(value, dict | list) else []))
    ]


@given(st.binary(max_size=400))
@_quick
def test_random_bytes(data: bytes):
    """Bytes that never were a pass are not readable."""
    assert _check(data).exit_code == 2


@given(_edits)
@_quick
def test_edited_pass(edits):
    """A pass with bytes changed, cut or inserted anywhere."""
    _check(_edit(GOOD, edits))


@given(_edits)
@settings(_quick, max_examples=150)
def test_edited_signature(edits):
    """A signature with bytes changed, cut or inserted: read or refused, and never with a traceback."""
    draft = Draft(manifest_text=MANIFEST, signature=_edit(SIGNATURE, edits))
    draft.files = {"icon.png": draft.files["icon.png"]}
    _check(draft.build())


@given(st.binary(max_size=200))
@_quick
def test_random_signature(data: bytes):
    """Bytes that never were a signature are refused with one kind of error."""
    with pytest.raises(ValueError):
        read_signed_data(data)


@given(st.lists(st.tuples(st.sampled_from(_paths(DOCUMENT)), _values), min_size=1, max_size=3))
@settings(_quick, max_examples=100)
def test_edited_document(edits):
    """Any value of pass.json replaced by any other."""
    draft = Draft()
    draft.files = {"icon.png": draft.files["icon.png"]}
    for path, value in edits:
        holder = draft.document
        for key in path[:-1]:
            holder = holder[key] if isinstance(holder, dict) and key in holder else {}
        if isinstance(holder, dict):
            holder[path[-1]] = value
    _check(draft.build())


@given(st.dictionaries(st.sampled_from(sorted(PASS)), _values, max_size=8))
@settings(_quick, max_examples=100)
def test_any_document(members):
    """Every known key with any value, in a file that is JSON but for what JSON forbids."""
    draft = Draft(document=DOCUMENT | members)
    draft.files = {"icon.png": draft.files["icon.png"]}
    _check(draft.build())


@given(_edits, st.sampled_from(("icon@2x.png", "en.lproj/pass.strings", "pass.json", "manifest.json")))
@_quick
def test_edited_file(edits, name: str):
    """A file with bytes changed, in a package that is otherwise whole."""
    draft = Draft()
    draft.files = {path: draft.files[path] for path in ("icon@2x.png", "en.lproj/pass.strings")}
    data = draft.files.get(name, json.dumps(DOCUMENT).encode())
    edited = _edit(data, edits)
    if name == "pass.json":
        draft.text = edited
    elif name == "manifest.json":
        draft.manifest_text = edited
    else:
        draft.files[name] = edited
    _check(draft.build())


@given(st.text(alphabet='"=;\\/*\n aU0', max_size=60))
@_quick
def test_any_strings_file(text: str):
    """A strings file is parsed, or refused with the line."""
    try:
        entries = parse_strings(text)
    except ValueError as error:
        assert "line" in str(error)  # noqa: PT017 - both outcomes are right
    else:
        assert all(isinstance(key, str) and isinstance(value, str) for key, value in entries)


@pytest.mark.parametrize(
    "text",
    ["/*" * 50_000, '"' + "\\" * 100_000, '"a"' + " " * 100_000, "a" * 100_000, '"a" = ' * 20_000],
    ids=["comments", "escapes", "spaces", "bare", "assignments"],
)
def test_strings_file_does_not_take_long(text: str):
    """Texts that make a careless pattern run for minutes are refused at once."""
    started = time.monotonic()
    with pytest.raises(ValueError):
        parse_strings(text)
    assert time.monotonic() - started < 2


def test_many_certificates_do_not_take_long():
    """A megabyte of nested ASN.1 ends in a finding."""
    nested = b"\x30\x82\xff\xf0" + b"\x30\x00" * 32_760
    draft = Draft(manifest_text=MANIFEST, signature=b"\x30\x83\x0f\x00\x00" + nested * 15)
    started = time.monotonic()
    assert "signature_broken" in {finding.code for finding in draft.check().findings}
    assert time.monotonic() - started < 3


def test_bundle_in_a_bundle_is_not_followed():
    """Bundles do not nest, so a bundle inside one ends there."""
    data = GOOD
    for _ in range(3):
        data = pack([("inner.pkpass", data)])
    assert "file_missing" in {finding.code for finding in _check(data).findings}


def test_many_unknown_keys_do_not_take_long():
    """A document of nothing but unknown keys is judged up to a limit."""
    draft = Draft(document={f"authenticationTok{number}": 0 for number in range(30_000)})
    started = time.monotonic()
    assert "findings_cut" in {finding.code for finding in draft.check().findings}
    assert time.monotonic() - started < 5
