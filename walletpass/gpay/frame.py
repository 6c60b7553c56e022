"""A design's words as documents hold them, made once and shared by many cards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from walletpass.card.design import Design, Word

Node = dict[str, Any]
_MAX_PLACES = 10


class Label(NamedTuple):
    text: str
    """For a reader that knows no translations."""
    localised: Node
    """LocalizedString: https://developers.google.com/wallet/reference/rest/v1/LocalizedString."""


Labels = Mapping[Word, Label]


@dataclass(frozen=True, slots=True)
class Frame:
    design: Design
    _labels: dict[str, Labels] = field(default_factory=dict, compare=False, repr=False)

    def labels_in(self, language: str) -> Labels:
        """With that language as the default, or the design's own where it has not that one."""
        known = language if language in self.design.words else self.design.language
        if known not in self._labels:
            self._labels[known] = _label_words(self.design, known)
        return self._labels[known]


def _label_words(design: Design, language: str) -> Labels:
    return {
        word: Label(text, localise({tongue: words[word] for tongue, words in design.words.items()}, language))
        for word, text in design.words[language].items()
    }


def localise(texts: Mapping[str, str], language: str) -> Node:
    """All the texts; the phone shows the one of its own language, else the one in `language`."""
    told: Node = {"defaultValue": {"language": language, "value": texts[language]}}
    others = [
        {"language": other, "value": text} for other, text in texts.items() if text and other != language
    ]
    return told | ({"translatedValues": others} if others else {})


def show_image(uri: str, description: str = "", language: str = "") -> Node | None:
    """An Image; `description` is what a screen reader says."""
    if not uri:
        return None
    said = {"contentDescription": localise({language: description}, language)} if description else {}
    return {"sourceUri": {"uri": uri}, **said}


def show_module(name: str, label: Label, body: str) -> Node:
    """A TextModuleData whose body is in one language."""
    return {"id": name, "header": label.text, "localizedHeader": label.localised, "body": body}


def show_places(places: Sequence[tuple[float, float]]) -> list[Node]:
    """MerchantLocations, the first ten: Google refuses more, and takes neither a text nor a radius."""
    return [{"latitude": latitude, "longitude": longitude} for latitude, longitude in places[:_MAX_PLACES]]


def without_empty(document: Node) -> Node:
    return {name: value for name, value in document.items() if value}
