"""SVG drawings of card templates: a small safe part of SVG, everything else is refused.

Only shapes and gradients: no text, styles, references, pictures or repetition, so that a drawing looks the
same everywhere, fetches nothing and takes no longer to draw than it looks.
"""

import re
from collections.abc import Iterator, Mapping
from xml.parsers import expat

from walletpass.card.design import Role
from walletpass.card_templates.problems import Unfit

MAX_DRAWING_BYTES = 32_768
MAX_ELEMENTS = 500
MAX_DEPTH = 12

VIEW_BOXES = {Role.GLYPH: "0 0 48 48", Role.ICON: "0 0 48 48", Role.STRIP: "0 0 375 144"}
"""The drawings a template may bring, and the coordinates each is drawn in."""

_SVG = "http://www.w3.org/2000/svg "
_ROOT = _SVG + "svg"
_SHAPES = ("g", "path", "circle", "ellipse", "rect", "line", "polyline", "polygon")
_OTHER = ("defs", "linearGradient", "radialGradient", "stop", "title", "desc")
_ELEMENTS = {_SVG + name for name in _SHAPES + _OTHER}
_PAINTED = {"fill", "stroke"}
_LINE = {"stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-opacity", "stroke-width"}
_STYLE = _PAINTED | _LINE | {"fill-opacity", "fill-rule", "opacity"}
_PLACE = {"x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "width", "height"}
_GRADIENT = {"offset", "stop-color", "stop-opacity", "gradientUnits", "gradientTransform"}
_INNER = _STYLE | _PLACE | _GRADIENT | {"id", "d", "points", "transform"}
_LOCAL_REFERENCE = re.compile(r"url\(#[A-Za-z][\w-]*\)", re.ASCII)


def check_drawing(data: bytes, role: Role) -> list[Unfit]:
    """Return what is wrong with a drawing for `role`, each thing once; empty if it may be drawn."""
    inspector = _Inspector(role)
    try:
        inspector.parse(data)
    except Unfit as problem:
        inspector.note(problem.code, problem.sentence)
    except (expat.ExpatError, UnicodeDecodeError) as error:
        inspector.note("not_svg", f"This is not well-formed XML in UTF-8: {error}.")
    return list(inspector.problems.values())


class _Inspector:
    def __init__(self, role: Role) -> None:
        self.role = role
        self.problems: dict[str, Unfit] = {}
        self._elements = 0
        self._depth = 0
        self._tinted = False

    def parse(self, data: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.ProcessingInstructionHandler = _refuse_instruction
        parser.Parse(data.decode(), True)
        if self.role is Role.GLYPH and not self._tinted:
            self.note("not_one_colour", 'Nothing here is painted with "currentColor".')

    def note(self, code: str, sentence: str) -> None:
        self.problems.setdefault(sentence, Unfit(code, sentence))

    def _start(self, element: str, attributes: Mapping[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        if self._elements > MAX_ELEMENTS or self._depth > MAX_DEPTH:
            raise Unfit(
                "drawing_too_rich", f"At most {MAX_ELEMENTS} elements, {MAX_DEPTH} deep, can be drawn."
            )
        if self._depth == 1:
            self._check_root(element, attributes)
        elif element not in _ELEMENTS:
            self.note("unsafe_drawing", f"<{_short(element)}> cannot be used here.")
        allowed = _STYLE | {"viewBox"} if self._depth == 1 else _INNER
        for name, value in attributes.items():
            if name not in allowed:
                self.note("unsafe_drawing", f"The attribute {_short(name)!r} cannot be used here.")
            for code, sentence in self._objections(name, value):
                self.note(code, sentence)

    def _end(self, element: str) -> None:
        self._depth -= 1

    def _check_root(self, element: str, attributes: Mapping[str, str]) -> None:
        if element != _ROOT:
            raise Unfit("not_svg", "The first element must be <svg xmlns='http://www.w3.org/2000/svg'>.")
        if attributes.get("viewBox") != VIEW_BOXES[self.role]:
            self.note(
                "wrong_view_box",
                f'This drawing needs viewBox="{VIEW_BOXES[self.role]}", no width, no height.',
            )

    def _objections(self, name: str, value: str) -> Iterator[tuple[str, str]]:
        if "\\" in value or ("url" in value.lower() and not _LOCAL_REFERENCE.fullmatch(value)):
            yield (
                "unsafe_drawing",
                f"The attribute {_short(name)!r} may refer to nothing outside the drawing.",
            )
        if self.role is Role.GLYPH and name in _PAINTED:
            self._tinted |= value == "currentColor"
            if value not in ("currentColor", "none"):
                yield "not_one_colour", f'{name}="{_short(value)}": a glyph has one colour, "currentColor".'


def _short(name: str) -> str:
    return name.rpartition(" ")[2][:40]


def _refuse_doctype(*declaration: object) -> None:
    raise Unfit("unsafe_drawing", "Document types and entities cannot be used here.")


def _refuse_instruction(*instruction: object) -> None:
    raise Unfit("unsafe_drawing", "Processing instructions cannot be used here.")
