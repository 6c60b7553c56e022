"""Write docs/settings.md from walletpass.settings, which is where a setting is said once."""

from pathlib import Path

from walletpass.settings import SETTINGS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"
OPENING = """\
# Settings

walletpass reads them from the environment when it starts, and says at once everything that is wrong with them.
`make settings` writes this page from [settings.py](../walletpass/settings.py).

| Name | Default | Takes | Meaning |
|---|---|---|---|
"""


def describe_settings() -> str:
    return OPENING + "".join(
        f"| `{setting.name}` | {_code(setting.default)} | {setting.expects} | {setting.meaning} |\n"
        for setting in SETTINGS
    )


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


if __name__ == "__main__":
    PAGE.write_text(describe_settings())
