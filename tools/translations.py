"""Bring the catalogues in walletpass/translations up to date with the texts in code and pages, or check them.

python tools/translations.py update | check
"""

import re
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "walletpass"
FOLDER = PACKAGE / "translations"
LANGUAGES = ("da", "hu", "nb", "nl")
METHODS = [("**.py", "python"), ("web/html/**.html", "jinja2")]
OPTIONS = {"web/html/**.html": {"trimmed": "true", "newstyle_gettext": "true"}}
NOISE = re.compile(
    rb'^"(?:Report-Msgid|POT-Creation|PO-Revision|Last-Translator|Language-Team|Generated-By|Project-Id)[^\n]*\n',
    re.M,
)
"""Header lines that would change with every run, or say nothing."""
KEYWORDS = {**DEFAULT_KEYWORDS, "sentence": None, "counted": (1, 2), "Message": None}
HOLE = re.compile(r"%(?:\((\w+)\)s)?")
"""Its name, or nothing for a percent sign that makes no hole."""


def extract() -> Catalog:
    catalogue = Catalog(project="walletpass", fuzzy=False)
    found = extract_from_dir(PACKAGE, METHODS, OPTIONS, KEYWORDS, strip_comment_tags=True)
    for file, _line, message, _comments, context in found:
        catalogue.add(message, None, [(file, 0)], context=context)
    return catalogue


def read(language: str) -> Catalog:
    path = FOLDER / f"{language}.po"
    if not path.exists():
        return Catalog(locale=language, project="walletpass", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update() -> int:
    template = extract()
    for language in LANGUAGES:
        catalogue = read(language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        catalogue.header_comment = (
            "# Sorted by message; written by tools/translations.py, translated by hand."
        )
        written = BytesIO()
        write_po(written, catalogue, no_location=True, sort_output=True, width=100)
        (FOLDER / f"{language}.po").write_bytes(NOISE.sub(b"", written.getvalue()))
        print(f"{language}: {len(problems(catalogue, template))} of {len(template)} open")
    return 0


def problems(catalogue: Catalog, template: Catalog) -> list[str]:
    """Texts that are missing, left over, or whose holes differ from the original's."""
    wanted = {message.id for message in template if message.id}
    have = {message.id: message for message in catalogue if message.id}
    missing = [f"not translated: {text!r}" for text in wanted if text not in have or not _filled(have[text])]
    surplus = [f"left over: {text!r}" for text in have if text not in wanted]
    wrong = [f"{message.id!r}: {string!r}" for message in have.values() for string in find_misfits(message)]
    return missing + surplus + wrong


def find_misfits(message: Message) -> list[str]:
    """Its strings whose holes differ from the original's. "One stamp" may leave the number out."""
    *few, many = forms(message.string)
    whole = holes(forms(message.id)[-1])
    numberless = [name for name in whole if name != "n"]
    wrong = [string for string in few if string and holes(string) not in (whole, numberless)]
    return [*wrong, many] if many and holes(many) != whole else wrong


def holes(text: str) -> list[str]:
    return sorted(HOLE.findall(text))


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def _filled(message: Message) -> bool:
    return all(forms(message.string))


def check() -> int:
    template = extract()
    found = [f"{language}: {line}" for language in LANGUAGES for line in problems(read(language), template)]
    print("\n".join(found) or "The catalogues are complete.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit({"update": update, "check": check}[sys.argv[1]]())
