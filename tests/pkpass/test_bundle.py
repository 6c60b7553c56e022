"""The finished file, and what it is made of."""

import hashlib
import io
import json
import subprocess
from dataclasses import replace
from datetime import timedelta
from zipfile import ZIP_STORED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.plain_pass import render_plain

from walletpass.card.design import Word
from walletpass.pkpass.bundle import build_pass, build_passes
from walletpass.pkpass.frame import frame_design
from walletpass.pkpass.images import image_files
from walletpass.pkpass.static import build_static
from walletpass.pkpass.strings import encode_strings, strings_files


@pytest.fixture(scope="module")
def built(card, design, identity, images, signer, now):
    return build_pass(
        build_static(design, images), render_plain(card, frame_design(design), identity), signer, now
    )


def open_pass(data: bytes) -> ZipFile:
    return ZipFile(io.BytesIO(data))


def test_its_files(built):
    """Three images in three sizes, strings in five languages, and what is made for this pass; all stored."""
    with open_pass(built) as file:
        assert file.testzip() is None
        assert {entry.compress_type for entry in file.infolist()} == {ZIP_STORED}
        names = file.namelist()
    assert len(names) == len(set(names)) == 9 + 5 + 3
    assert {"icon.png", "strip@3x.png", "nb.lproj/pass.strings", "pass.json", "signature"} < set(names)


def test_the_manifest_names_every_file(built):
    """Each file but manifest and signature, with the SHA-1 of its bytes, and no other."""
    with open_pass(built) as file:
        files = {name: file.read(name) for name in file.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    del files["signature"]
    assert manifest == {name: hashlib.sha1(data).hexdigest() for name, data in files.items()}


def test_a_strict_reader_finds_nothing_odd(built, unzip, tmp_path):
    """`unzip -t` checks local headers against the directory, which Python's reader does only in part."""
    (tmp_path / "x.pkpass").write_bytes(built)
    subprocess.run([unzip, "-tqq", tmp_path / "x.pkpass"], check=True)


def test_a_phones_view_of_the_signature(built, openssl, root_file, tmp_path):
    """The signature in the file is over the manifest in the file."""
    open_pass(built).extractall(tmp_path)
    command = (
        f"{openssl} cms -verify -binary -inform DER -in signature -content manifest.json -purpose any -CAfile"
    )
    subprocess.run([*command.split(), root_file], cwd=tmp_path, check=True, capture_output=True)


def test_same_input_same_bytes(built, card, design, identity, images, signer, now):
    """A file follows from card, design, signer and signing time; a second later it is another."""
    static = build_static(design, images)
    rendered = render_plain(card, frame_design(design), identity)
    assert build_pass(static, rendered, signer, now) == built
    assert build_pass(static, json.dumps(rendered).encode(), signer, now) != built
    assert build_pass(static, rendered, signer, now + timedelta(seconds=1)) != built


def test_bundles(built):
    """Whole passes under names of their own, at most ten."""
    bundle = build_passes({"a": built, "b": built})
    with open_pass(bundle) as file:
        assert file.namelist() == ["a.pkpass", "b.pkpass"]
        assert file.read("a.pkpass") == built
    with pytest.raises(ValueError, match="at most 10"):
        build_passes({str(number): built for number in range(11)})


def test_bundles_have_a_limit_of_bytes():
    """150 MB are Apple's limit."""
    with pytest.raises(ValueError, match="bytes"):
        build_passes({"a": bytes(150_000_000)})


@pytest.mark.parametrize(
    "wrong",
    [
        {"logo": {1: b"\x89PNG\r\n\x1a\n"}},
        {"icon": {1: b"GIF89a"}},
        {"icon": {1: b"\x89PNG\r\n\x1a\n"}, "thumbnail": {1: b"\x89PNG\r\n\x1a\n"}},
    ],
)
def test_images_that_a_phone_would_not_take(wrong):
    """No icon, no PNG, or a place that a store card does not have."""
    with pytest.raises(ValueError, match=r"icon|PNG|no image"):
        image_files(wrong)


def test_every_language_has_the_same_keys(design):
    """Keys are the words of the design's own language, in every file."""
    files = {name: data.decode("utf-16") for name, data in strings_files(design).items()}
    keys = {name: [line.split(" = ")[0] for line in text.splitlines()] for name, text in files.items()}
    assert len({tuple(listed) for listed in keys.values()}) == 1
    assert '"member (en)" = "member (hu)";' in files["hu.lproj/pass.strings"].splitlines()


def test_every_label_is_translated(card, design, identity):
    """Each label of the design in pass.json is a key in the strings files."""
    text = strings_files(design)["da.lproj/pass.strings"].decode("utf-16")
    rendered = render_plain(card, frame_design(design), identity)["storeCard"]
    labels = {field["label"] for fields in rendered.values() for field in fields} - {"Koekje"}
    assert all(f'"{label}" = ' in text for label in labels)


def test_equal_words_keep_one_translation(design):
    """Where two words are the same in the design's own language, the first one's translation serves."""
    same = {language: {**words, Word.NEXT: "x" if language == "en" else words[Word.NEXT],
                       Word.TERMS: "x" if language == "en" else words[Word.TERMS]}
            for language, words in design.words.items()}  # fmt: skip
    text = strings_files(replace(design, words=same))["da.lproj/pass.strings"].decode("utf-16")
    assert text.count('"x" = ') == 1
    assert '"x" = "next (da)";' in text


@given(st.dictionaries(st.text(min_size=1, max_size=9), st.text(max_size=9), max_size=4))
def test_any_text_survives_a_strings_file(entries):
    """Quotes, backslashes and line ends are escaped; each entry is one line."""
    data = encode_strings(entries)
    assert data.startswith(b"\xff\xfe")
    written = data.decode("utf-16")
    assert "\r" not in written
    lines = [line for line in written.split("\n") if line]
    assert len(lines) == len(entries)
    for line, (key, text) in zip(lines, entries.items(), strict=True):
        assert [unescape(part) for part in line[1:-2].split('" = "')] == [key, text]


def unescape(text: str) -> str:
    plain = {"n": "\n", "r": "\r"}
    parts = iter(text)
    return "".join(plain.get(follow := next(parts), follow) if part == "\\" else part for part in parts)
