"""A line that a phone logged: what failed, for which pass. The forms are not documented; these were seen."""

import re
from dataclasses import dataclass

from walletpass.loyalty.identifiers import clean_line

KINDS = ("register", "list", "fetch", "unchanged", "other")
"""What the phone tried; `unchanged`: it was told of a change that was none."""

LONGEST = 500
"""Characters kept of a line."""
_LONGEST_READ, _LONGEST_NAME = 2000, 200

_FORMS = (
    (
        "register",
        r"Register task \(for device [^,]*, pass type (?P<pass_type>[^,]*), serial number (?P<serial>[^,;)]*)",
    ),
    ("list", r"Get serial #s task \(for device [^,]*, pass type (?P<pass_type>[^,;)]*)"),
    ("fetch", r"Get pass task \(pass type (?P<pass_type>[^,]*), serial number (?P<serial>[^,;)]*)"),
    (
        "unchanged",
        r"Web service error for (?P<pass_type>\S+) .*\bserial number '(?P<serial>[^']*)'.*\bunchanged\b",
    ),
    (
        "unchanged",
        r"Web service error for (?P<pass_type>\S+) .*\bunchanged\b.*\bserial number '(?P<serial>[^']*)'",
    ),
)
# Near the beginning, behind a time: looked for everywhere, a line that was made to hurt would take long.
_FORMS_READ = tuple((kind, re.compile(rf".{{0,60}}?\b{pattern}")) for kind, pattern in _FORMS)
# Who knows a device's identifier may ask in its name. What is longer than a serial number may be a token.
_SECRETS = re.compile(r"(?<=\bfor device )[^,;)]*|[A-Za-z0-9_\-]{25,}")


@dataclass(frozen=True, slots=True)
class LogLine:
    kind: str
    pass_type: str
    """Empty where the line names none; like the serial number, only what somebody claims."""
    serial: str
    text: str
    """Without secrets and control characters."""


def read_line(line: str) -> LogLine:
    line = clean_line(line[:_LONGEST_READ])
    text = _SECRETS.sub("…", line)[:LONGEST]
    for kind, pattern in _FORMS_READ:
        if found := pattern.match(line):
            named = {"serial": "", **found.groupdict()}
            return LogLine(kind, named["pass_type"][:_LONGEST_NAME], named["serial"], text)
    return LogLine("other", "", "", text)
