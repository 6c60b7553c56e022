"""What Google finds wrong with a document, by itself and with what it refers to."""

from collections.abc import Iterator

import requests

from walletpass.gpay.contract import Problem, check_class, check_message, check_object
from walletpass.simulator.google.behaviour import Behaviour
from walletpass.simulator.google.calls import Document, malformed, refusal
from walletpass.simulator.google.memory import Kind

_CHECKS = {Kind.CLASS: check_class, Kind.OBJECT: check_object}
_SECONDS_FOR_AN_IMAGE = 5
_MOST_MESSAGES = 10


def judge_document(kind: Kind, document: Document) -> None:
    """A whole class or object, by the contract. Raises GoogleFault."""
    _refuse(_CHECKS[kind](document))


def judge_message(request: Document) -> None:
    """The body of `addMessage`. Raises GoogleFault."""
    _refuse(check_message(request))


def judge_room(messages: list[Document]) -> None:
    """Raises GoogleFault where a message would be one too many."""
    if len(messages) > _MOST_MESSAGES:
        raise refusal(400, "invalidResource", f"At most {_MOST_MESSAGES} messages are allowed.")


def judge_surroundings(document: Document, behaviour: Behaviour) -> None:
    """What cannot be seen in the document alone. Raises GoogleFault."""
    if document.get("merchantLocations") and not behaviour.allows_locations:
        raise refusal(
            400,
            "invalidResource",
            "Issuer not allowlisted for Merchant Locations. Please contact support.",
        )
    for address in image_addresses(document):
        if not _is_reachable(address, behaviour):
            raise refusal(400, "invalidResource", f"Image cannot be loaded: {address}")


def image_addresses(document: Document) -> Iterator[str]:
    modules = document.get("imageModulesData") or ()
    images = [document.get(name) for name in ("programLogo", "wideProgramLogo", "heroImage")]
    for image in [*images, *(module.get("mainImage") for module in modules)]:
        if image and "sourceUri" in image:
            yield image["sourceUri"]["uri"]


def _is_reachable(address: str, behaviour: Behaviour) -> bool:
    if behaviour.is_unreachable(address):
        return False
    return not behaviour.fetches_images or _is_image(address)


def _is_image(address: str) -> bool:
    """Redirects are not followed."""
    try:
        answer = requests.get(address, timeout=_SECONDS_FOR_AN_IMAGE, allow_redirects=False)
    except requests.RequestException:
        return False
    return answer.status_code == 200 and answer.headers.get("Content-Type", "").startswith("image/")


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise malformed(*(f"{problem.path}: {problem.sentence}" for problem in problems))
