"""What is wrong is found, with the right severity; every rule can be broken."""

import re
from pathlib import Path

import pytest
from pkpass_check import appearance_rows, content_rows, package_rows, signature_rows
from pkpass_check.rows import Row, expect

from walletpass.pkpass import check
from walletpass.pkpass.check.catalogue import RULES

ROWS = [*package_rows.ROWS, *signature_rows.ROWS, *content_rows.ROWS, *appearance_rows.ROWS]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.code)
def test_spoiled_pass_is_found_out(row: Row):
    """A good pass with one thing wrong yields that finding, and no error that does not follow from it."""
    expect(row)


def test_every_rule_is_broken_by_a_row():
    """No rule stands in the catalogue that no pass can break."""
    assert RULES.keys() - {row.code for row in ROWS} == set()


def test_every_rule_named_in_code_is_in_the_catalogue():
    """Code and catalogue know the same rules."""
    sources = (path.read_text() for path in Path(check.__file__).parent.glob("*.py"))
    literals = {text for source in sources for text in re.findall(r'"([a-z0-9_]+)"', source)}
    called = {
        code
        for path in Path(check.__file__).parent.glob("*.py")
        for code in re.findall(r'found\(\s*"([a-z0-9_]+)"', path.read_text())
    }
    assert RULES.keys() <= literals
    assert called <= RULES.keys()
