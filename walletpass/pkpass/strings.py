"""`pass.strings`: a design's words in each of its languages.

https://developer.apple.com/documentation/walletpasses/creating-the-source-for-a-pass
"""

from codecs import BOM_UTF16_LE
from collections.abc import Mapping

from walletpass.card.design import Design, Word

_SHOWN = (
    Word.PROGRESS,
    Word.BALANCE,
    Word.NEXT,
    Word.READY,
    Word.END,
    Word.MEMBER,
    Word.TIER,
    Word.NEWS,
    Word.DEAL,
    Word.CONTACT,
    Word.ONLINE,
    Word.TERMS,
    Word.TERMS_TEXT,
)
"""Words that stand in pass.json on their own; the others only occur inside sentences."""

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})


def strings_files(design: Design) -> dict[str, bytes]:
    """Path in the package -> content, for each language of the design.

    Keys are the words in the design's own language, so a reader without a file still sees words. Where two
    words are the same there, the first one's translation serves both.
    """
    own = design.words[design.language]
    return {
        f"{language}.lproj/pass.strings": encode_strings(
            {own[word]: words[word] for word in reversed(_SHOWN) if own[word]}
        )
        for language, words in sorted(design.words.items())
    }


def encode_strings(entries: Mapping[str, str]) -> bytes:
    """UTF-16 with a byte order mark, the encoding that Apple asks for beyond ASCII."""
    lines = (f'"{_escape(key)}" = "{_escape(text)}";\n' for key, text in entries.items())
    return BOM_UTF16_LE + "".join(lines).encode("utf-16-le")


def _escape(text: str) -> str:
    return text.translate(_ESCAPES)
