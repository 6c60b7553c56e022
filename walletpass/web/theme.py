"""A merchant's colours as a stylesheet, since the content security policy allows no styles in a page."""

import re
from dataclasses import fields

from flask import Blueprint, Response, url_for

from walletpass.card.colour import TEXT_RATIO, Colour, contrast, nearest_passing
from walletpass.card.design import Palette
from walletpass.loyalty.refusals import Refusal
from walletpass.web.page import FOR_GOOD, for_all

theme_pages = Blueprint("theme", __name__)

_ROLES = tuple(role.name for role in fields(Palette))
_NAME = re.compile("-".join(["([0-9a-f]{6})"] * len(_ROLES)))
SURFACES = {"light": Colour.parse("#ffffff"), "dark": Colour.parse("#1f1e1c")}
"""--surface of base.css, which buttons and links in the merchant's colour stand on."""


def theme_address(palette: Palette) -> str:
    """The address says all six colours, so what it names never changes."""
    name = "-".join(getattr(palette, role).hex[1:] for role in _ROLES)
    return url_for("theme.show", name=name)


@theme_pages.get("/theme/<name>.css")
@for_all(FOR_GOOD)
def show(name: str) -> Response:
    match = _NAME.fullmatch(name)
    if match is None:
        raise Refusal("not_found")
    palette = Palette(*(Colour.parse(f"#{digits}") for digits in match.groups()))
    return Response(_stylesheet(palette), mimetype="text/css")


def _stylesheet(palette: Palette) -> str:
    own = {f"--brand-{role}": getattr(palette, role) for role in _ROLES}
    light, dark = (_actions(palette, surface) for surface in SURFACES.values())
    return f":root{{{_rules(own | light)}}}@media (prefers-color-scheme:dark){{:root{{{_rules(dark)}}}}}"


def _actions(palette: Palette, surface: Colour) -> dict[str, Colour]:
    action, text = choose_action(palette, surface)
    return {"--brand-action": action, "--brand-action-text": text}


def choose_action(palette: Palette, surface: Colour) -> tuple[Colour, Colour]:
    """What is pressed: the first of the card's colours that can be read on the page; and text on it."""
    action = _first_legible((palette.background, palette.stamp, palette.label, palette.foreground), surface)
    return action, _first_legible((palette.foreground, palette.background, surface), action)


def _first_legible(colours: tuple[Colour, ...], ground: Colour) -> Colour:
    legible = (colour for colour in colours if contrast(colour, ground) >= TEXT_RATIO)
    return next(legible, nearest_passing(colours[0], ground))


def _rules(colours: dict[str, Colour]) -> str:
    return ";".join(f"{name}:{colour.hex}" for name, colour in colours.items())
