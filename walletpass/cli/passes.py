"""Single passes: `walletpass pass sample` and `check`."""

from pathlib import Path

import click

from walletpass import shipped
from walletpass.artwork import draw_images
from walletpass.card.design import LANGUAGES
from walletpass.card_templates import load_template
from walletpass.card_templates.problems import BrokenTemplate
from walletpass.cli.opened import read_settings
from walletpass.cli.pass_check import check
from walletpass.clock import SystemClock
from walletpass.pkpass.bundle import build_pass
from walletpass.pkpass.development import FOLDER, PASS_TYPE_IDENTIFIER, load_development_signers
from walletpass.pkpass.render import render_pass
from walletpass.pkpass.sample import sample_card, sample_identity
from walletpass.pkpass.static import build_static

_TEMPLATES = sorted(path.name for path in shipped.CARD_TEMPLATES.iterdir() if path.is_dir())


@click.group("pass")
def pass_() -> None:
    """Make and judge single pass files."""


pass_.add_command(check)


@pass_.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--template", default="coffee-bar", type=click.Choice(_TEMPLATES), show_default=True)
@click.option("--language", default="en", type=click.Choice(LANGUAGES), show_default=True)
def sample(file: Path, template: str, language: str) -> None:
    """Write a pass of an example card to FILE, signed by the development chain."""
    now = SystemClock().now()
    try:
        chosen = load_template(shipped.CARD_TEMPLATES / template)
        signers = load_development_signers(read_settings().data_dir / FOLDER, now)
        signer = signers.for_pass_type(PASS_TYPE_IDENTIFIER, now)
        design, card = chosen.design("Café Ærlig", language=language), sample_card(now)
        static = build_static(design, draw_images(design, card.progress, chosen.images))
        rendered = render_pass(card, static.frame, sample_identity(signer))
        file.write_bytes(build_pass(static, rendered, signer, now))
    except BrokenTemplate as broken:
        raise click.ClickException("\n".join(str(problem) for problem in broken.problems)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}.") from None
    click.echo(f"Wrote {file}. No iPhone trusts its signature.")
