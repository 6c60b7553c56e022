"""Design and facts of a program to the dictionary of a LoyaltyClass.

https://developers.google.com/wallet/reference/rest/v1/loyaltyclass

It stands above all cards of the program: whatever changes here, changes for everybody at once.
"""

from collections.abc import Mapping
from typing import Any

from walletpass.card.design import Design, Word
from walletpass.gpay.contact_links import Link, find_links
from walletpass.gpay.facts import ClassFacts
from walletpass.gpay.frame import (
    Frame,
    Labels,
    Node,
    localise,
    show_image,
    show_module,
    show_places,
    without_empty,
)
from walletpass.gpay.template_layout import lay_out


def render_class(design: Design, facts: ClassFacts) -> dict[str, Any]:
    labels = Frame(design).labels_in(design.language)
    return without_empty(
        {
            "id": str(facts.id),
            "issuerName": design.organization,
            **_program(facts.program, labels),
            "programLogo": show_image(facts.logo, design.organization, design.language),
            "wideProgramLogo": show_image(facts.wide_logo, design.organization, design.language),
            "heroImage": show_image(facts.hero),
            "hexBackgroundColor": design.palette.background.hex,
            "reviewStatus": facts.review_status.value,
            "countryCode": facts.country,
            "multipleDevicesAndHoldersAllowedStatus": facts.holders.value,
            "classTemplateInfo": lay_out(),
            "accountNameLabel": labels[Word.MEMBER].text,
            "localizedAccountNameLabel": labels[Word.MEMBER].localised,
            **_number(facts.number_label, design.language),
            **(_tier(facts.tier, labels) if facts.tier else {}),
            "textModulesData": _modules(design, labels),
            **_links(find_links(design.contact)),
            "merchantLocations": show_places(facts.places),
            "callbackOptions": {"url": facts.callback_url} if facts.callback_url else None,
            "securityAnimation": {"animationType": "FOIL_SHIMMER"} if facts.shimmers else None,
        }
    )


def _program(name: str, labels: Labels) -> Node:
    if name:
        return {"programName": name}
    label = labels[Word.DESCRIPTION]
    return {"programName": label.text, "localizedProgramName": label.localised}


def _number(label: Mapping[str, str], language: str) -> Node:
    if not label:
        return {}
    return {"accountIdLabel": label[language], "localizedAccountIdLabel": localise(label, language)}


def _tier(name: str, labels: Labels) -> Node:
    """Google keeps a tier with the class, so each tier has a class of its own."""
    label = labels[Word.TIER]
    return {"rewardsTier": name, "rewardsTierLabel": label.text, "localizedRewardsTierLabel": label.localised}


def _modules(design: Design, labels: Labels) -> list[Node]:
    terms = {language: words[Word.TERMS_TEXT] for language, words in design.words.items()}
    modules = [
        show_module("contact", labels[Word.CONTACT], design.contact),
        show_module("terms", labels[Word.TERMS], terms[design.language])
        | {"localizedBody": localise(terms, design.language)},
    ]
    return [module for module in modules if module["body"]]


def _links(found: list[Link]) -> Node:
    """The first website is the merchant's home."""
    home = next((link for link in found if link.uri.startswith("http")), None)
    others = [_link(link) for link in found if link is not home]
    return {
        **({"homepageUri": _link(home)} if home else {}),
        **({"linksModuleData": {"uris": others}} if others else {}),
    }


def _link(link: Link) -> Node:
    return {"uri": link.uri, "description": link.text}
