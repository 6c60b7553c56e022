"""What a class or an object needs to know beside the design and the card."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from walletpass.gpay.ids import ClassId, ObjectId

Coordinates = tuple[float, float]
"""Latitude and longitude in degrees."""


class ReviewStatus(StrEnum):
    DRAFT = "DRAFT"
    """Has no objects, and never comes back once left."""
    UNDER_REVIEW = "UNDER_REVIEW"
    """Approved at once; every later change says it again."""


class Holders(StrEnum):
    """Who may keep a card; whoever has a save link may use it until these are reached."""

    ONE_USER_ALL_DEVICES = "ONE_USER_ALL_DEVICES"
    MULTIPLE_HOLDERS = "MULTIPLE_HOLDERS"


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """Images are addresses that Google can fetch without signing in; "" for none."""

    id: ClassId
    logo: str
    """Square; Google cuts a circle out of it."""
    program: str = ""
    """Its name; without one, the kind of card in the design's words, in each of its languages."""
    tier: str = ""
    """Its name, where this class is one tier's."""
    number_label: Mapping[str, str] = field(default_factory=dict)
    """Language -> what the code is called that can be typed, in every language of the design."""
    wide_logo: str = ""
    """16:5; stands in for the logo and the merchant's name."""
    hero: str = ""
    """3:1; for objects that have none of their own."""
    places: tuple[Coordinates, ...] = ()
    callback_url: str = ""
    """Where Google tells of saved and deleted cards."""
    country: str = ""
    """ISO 3166-1 alpha-2, such as "NL"."""
    holders: Holders = Holders.ONE_USER_ALL_DEVICES
    review_status: ReviewStatus = ReviewStatus.UNDER_REVIEW
    shimmers: bool = False
    """An animation that a screenshot has not."""


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    id: ObjectId
    class_id: ClassId
    hero: str = ""
    """Address of the picture that shows the card's progress."""
    rotating: dict[str, Any] | None = field(default=None, repr=False)
    """A `rotatingBarcode`, shown in place of the card's scan code; it holds a secret."""
    group: str = ""
    """Cards of one group lie together."""
    offered_at_places: bool = True
    """Off for an issuer to whom Google refuses places."""
    screenshots: bool = True
