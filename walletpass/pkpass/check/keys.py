"""Every key of pass.json: its JSON type, where it counts, and what happens to a wrong value.

https://developer.apple.com/documentation/walletpasses/pass
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Kind(StrEnum):
    """What a value must be; the text completes “must be …”."""

    STRING = "a string"
    NUMBER = "a number"
    BOOLEAN = "true or false"
    OBJECT = "an object"
    OBJECTS = "an array of objects"
    STRINGS = "an array of strings"
    NUMBERS = "an array of numbers"
    DATE = "a date-time with a zone, like 2026-05-01T09:00:00+02:00"
    COLOUR = "a colour, like rgb(60, 40, 30)"
    URL = "a URL with a scheme"
    VALUE = "a string or a number"
    ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class Key:
    kind: Kind
    required: bool = False
    strict: bool = False
    """An iPhone refuses the pass over a wrong or, if required, missing value; else it drops the value."""
    inside: Mapping[str, "Key"] | None = None
    """Keys of the object, or of each object of the array; None where they are not judged."""
    choices: frozenset[str | int] | None = None
    """Of the value, or of each item."""
    low: float | None = None
    high: float | None = None
    most: int | None = None
    """Items that are used."""
    styles: frozenset[str] | None = None
    """Styles in which the key has an effect; None for all."""
    since: str = ""
    """First system that reads the key, where that is newer than iOS 17."""
    instead: str = ""
    """What replaced the key."""


CLASSIC_STYLES = ("boardingPass", "coupon", "eventTicket", "generic", "storeCard")
POSTER = "posterGeneric"
STYLES = (*CLASSIC_STYLES, POSTER)
FIELD_GROUPS = (
    "headerFields",
    "primaryFields",
    "secondaryFields",
    "auxiliaryFields",
    "backFields",
    "additionalInfoFields",
    "footerFields",
)

_EVENT = frozenset({"eventTicket"})
_FLIGHT = frozenset({"boardingPass"})
_TEXT = Key(Kind.STRING)
_FLAG = Key(Kind.BOOLEAN)
_AMOUNT = Key(Kind.NUMBER)
_REQUIRED_TEXT = Key(Kind.STRING, required=True)
_IDENTITY = Key(Kind.STRING, required=True, strict=True)
_COLOUR = Key(Kind.COLOUR)
_EVENT_URL = Key(Kind.URL, styles=_EVENT, since="iOS 18")
_EVENT_TEXT = Key(Kind.STRING, styles=_EVENT, since="iOS 18")
_FLIGHT_URL = Key(Kind.URL, styles=_FLIGHT, since="iOS 26")
_FLIGHT_TEXT = Key(Kind.STRING, styles=_FLIGHT, since="iOS 26")

_DATE_STYLES = frozenset(f"PKDateStyle{size}" for size in ("None", "Short", "Medium", "Long", "Full"))
DATE_KEYS = ("dateStyle", "timeStyle", "isRelative", "ignoresTimeZone")
FIELD: Mapping[str, Key] = {
    "key": _IDENTITY,
    "value": Key(Kind.VALUE, required=True, strict=True),
    "label": _TEXT,
    "attributedValue": Key(Kind.VALUE),
    "changeMessage": _TEXT,
    "dataDetectorTypes": Key(
        Kind.STRINGS,
        choices=frozenset(
            f"PKDataDetectorType{name}" for name in ("PhoneNumber", "Link", "Address", "CalendarEvent")
        ),
    ),
    "textAlignment": Key(
        Kind.STRING,
        choices=frozenset(f"PKTextAlignment{side}" for side in ("Left", "Center", "Right", "Natural")),
    ),
    "dateStyle": Key(Kind.STRING, choices=_DATE_STYLES),
    "timeStyle": Key(Kind.STRING, choices=_DATE_STYLES),
    "isRelative": _FLAG,
    "ignoresTimeZone": _FLAG,
    "currencyCode": _TEXT,
    "numberStyle": Key(
        Kind.STRING,
        choices=frozenset(
            f"PKNumberStyle{name}" for name in ("Decimal", "Percent", "Scientific", "SpellOut")
        ),
    ),
    "row": Key(Kind.NUMBER, choices=frozenset({0, 1}), styles=_EVENT),
    "semantics": Key(Kind.OBJECT),
}

_GROUP = Key(Kind.OBJECTS, inside=FIELD)
_GROUPS: Mapping[str, Key] = {
    **dict.fromkeys(FIELD_GROUPS[:5], _GROUP),
    "additionalInfoFields": replace(_GROUP, since="iOS 18"),
}
_TRANSIT = Key(
    Kind.STRING,
    required=True,
    strict=True,
    choices=frozenset(f"PKTransitType{name}" for name in ("Air", "Boat", "Bus", "Generic", "Train")),
)
_STYLE = Key(Kind.OBJECT, strict=True, inside=_GROUPS)
_STYLE_KEYS: Mapping[str, Key] = {
    **dict.fromkeys(CLASSIC_STYLES, _STYLE),
    "boardingPass": replace(_STYLE, inside={"transitType": _TRANSIT, **_GROUPS}),
    POSTER: Key(Kind.OBJECT, inside={**_GROUPS, "footerFields": _GROUP}, since="iOS 27"),
}

OLD_BARCODE_FORMATS = frozenset(f"PKBarcodeFormat{name}" for name in ("QR", "PDF417", "Aztec"))
CODE_128 = "PKBarcodeFormatCode128"
NEW_BARCODE_FORMATS = frozenset(f"PKBarcodeFormat{name}" for name in ("Code39", "Codabar", "EAN13", "I2of5"))
"""From iOS 27 on."""
_BARCODE: Mapping[str, Key] = {
    "format": Key(Kind.STRING, required=True, choices=OLD_BARCODE_FORMATS | {CODE_128} | NEW_BARCODE_FORMATS),
    "message": _REQUIRED_TEXT,
    "messageEncoding": _REQUIRED_TEXT,
    "altText": _TEXT,
}
_LOCATION: Mapping[str, Key] = {
    "latitude": Key(Kind.NUMBER, required=True, low=-90, high=90),
    "longitude": Key(Kind.NUMBER, required=True, low=-180, high=180),
    "altitude": _AMOUNT,
    "relevantText": _TEXT,
}
_BEACON: Mapping[str, Key] = {
    "proximityUUID": _REQUIRED_TEXT,
    "major": Key(Kind.NUMBER, low=0, high=65535),
    "minor": Key(Kind.NUMBER, low=0, high=65535),
    "relevantText": _TEXT,
}
_RELEVANT_DATE: Mapping[str, Key] = dict.fromkeys(
    ("date", "relevantDate", "startDate", "endDate"), Key(Kind.DATE)
)
_NFC: Mapping[str, Key] = {
    "message": _REQUIRED_TEXT,
    "encryptionPublicKey": _REQUIRED_TEXT,
    "requiresAuthentication": _FLAG,
}
_ACTION: Mapping[str, Key] = {
    "identifier": _REQUIRED_TEXT,
    "type": _REQUIRED_TEXT,
    "url": Key(Kind.URL),
}
_SCHEMES = frozenset({"posterEventTicket", "eventTicket", "semanticBoardingPass", "boardingPass"})

PASS: Mapping[str, Key] = {
    "formatVersion": Key(Kind.NUMBER, required=True, strict=True, choices=frozenset({1})),
    "passTypeIdentifier": _IDENTITY,
    "serialNumber": _IDENTITY,
    "teamIdentifier": _IDENTITY,
    "organizationName": _IDENTITY,
    "description": _IDENTITY,
    **_STYLE_KEYS,
    "logoText": _TEXT,
    "backgroundColor": _COLOUR,
    "foregroundColor": _COLOUR,
    "labelColor": _COLOUR,
    "stripColor": _COLOUR,
    "logoSymbolName": _TEXT,
    "barcodes": Key(Kind.OBJECTS, inside=_BARCODE),
    "barcode": Key(Kind.OBJECT, inside=_BARCODE, instead="barcodes"),
    "locations": Key(Kind.OBJECTS, inside=_LOCATION, most=10),
    "maxDistance": Key(Kind.NUMBER, low=0),
    "beacons": Key(Kind.OBJECTS, inside=_BEACON),
    "relevantDate": Key(Kind.DATE, strict=True, instead="relevantDates"),
    "relevantDates": Key(Kind.OBJECTS, inside=_RELEVANT_DATE, since="iOS 18"),
    "expirationDate": Key(Kind.DATE, strict=True),
    "voided": _FLAG,
    "webServiceURL": Key(Kind.URL),
    "authenticationToken": _TEXT,
    "appLaunchURL": Key(Kind.URL),
    "associatedStoreIdentifiers": Key(Kind.NUMBERS),
    "userInfo": Key(Kind.ANYTHING),
    "groupingIdentifier": Key(Kind.STRING, styles=_EVENT | _FLIGHT),
    "sharingProhibited": _FLAG,
    "suppressStripShine": _FLAG,
    "nfc": Key(Kind.OBJECT, inside=_NFC),
    "semantics": Key(Kind.OBJECT),
    "preferredStyleSchemes": Key(Kind.STRINGS, choices=_SCHEMES, styles=_EVENT | _FLIGHT, since="iOS 18"),
    "featuredActions": Key(Kind.OBJECTS, inside=_ACTION, most=2, since="iOS 27"),
    "auxiliaryStoreIdentifiers": Key(Kind.NUMBERS, styles=_EVENT, since="iOS 18"),
    "eventLogoText": _EVENT_TEXT,
    "footerBackgroundColor": Key(Kind.COLOUR, styles=_EVENT, since="iOS 18"),
    "suppressHeaderDarkening": Key(Kind.BOOLEAN, styles=_EVENT, since="iOS 18"),
    "useAutomaticColors": Key(Kind.BOOLEAN, styles=_EVENT, since="iOS 18"),
    "contactVenueEmail": _EVENT_TEXT,
    "contactVenuePhoneNumber": _EVENT_TEXT,
    "upcomingPassInformation": Key(Kind.OBJECTS, styles=_EVENT, since="iOS 26"),
    **dict.fromkeys(
        (
            "accessibilityURL",
            "addOnURL",
            "bagPolicyURL",
            "contactVenueWebsite",
            "directionsInformationURL",
            "merchandiseURL",
            "orderFoodURL",
            "parkingInformationURL",
            "purchaseParkingURL",
            "sellURL",
            "transferURL",
            "transitInformationURL",
        ),
        _EVENT_URL,
    ),
    "transitProviderEmail": _FLIGHT_TEXT,
    "transitProviderPhoneNumber": _FLIGHT_TEXT,
    **dict.fromkeys(
        (
            "changeSeatURL",
            "entertainmentURL",
            "purchaseAdditionalBaggageURL",
            "purchaseLoungeAccessURL",
            "purchaseWifiURL",
            "upgradeURL",
            "managementURL",
            "registerServiceAnimalURL",
            "reportLostBagURL",
            "requestWheelchairURL",
            "trackBagsURL",
            "transitProviderWebsiteURL",
        ),
        _FLIGHT_URL,
    ),
}
