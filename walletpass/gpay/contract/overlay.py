"""What Google says of requests in prose only, as JSON Schema to be laid over the generated one.

https://developers.google.com/wallet/reference/rest/v1/loyaltyobject and the pages of the types it names.
"""

from typing import Any, Final

Schema = dict[str, Any]

_ID: Final = {"pattern": r"^[0-9]{1,19}\.[A-Za-z0-9._-]+$"}
_IDS: Final = {"items": _ID}
# Google cannot reach an address by number; they are let through to try the product out on one machine.
_REACHABLE: Final = {
    "pattern": r"^(https://[^\s/]+|http://(localhost|[0-9.]+|\[[0-9a-f:]+\])(:[0-9]+)?)(/\S*)?$"
}
_ANY_SCHEME: Final = {"pattern": r"^[a-z][a-z0-9+.-]*:\S+$"}
_FILLED: Final = {"minLength": 1}
_MODULES: Final[Schema] = {
    "imageModulesData": {"maxItems": 1},
    "merchantLocations": {"maxItems": 10},
    "messages": {"maxItems": 10},
    "textModulesData": {"maxItems": 10},
    "valueAddedModuleData": {"maxItems": 15},
}

OVERLAY: Final[Schema] = {
    "LoyaltyClass": {
        "properties": {
            **_MODULES,
            "id": _ID,
            "issuerName": _FILLED,
            "programName": _FILLED,
            "hexBackgroundColor": {"pattern": r"^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"},
            # The others are the platform's to give.
            "reviewStatus": {"enum": ["DRAFT", "UNDER_REVIEW"]},
        }
    },
    "LoyaltyObject": {
        "properties": {
            **_MODULES,
            "id": _ID,
            "classId": _ID,
            "linkedObjectIds": {**_IDS, "maxItems": 50},
            "linkedOfferIds": _IDS,
            "smartTapRedemptionValue": {"pattern": r"^[\x00-\x7f]*$"},
        }
    },
    "AddMessageRequest": {"required": ["message"]},
    "CallbackOptions": {"properties": {"url": _REACHABLE}},
    "DateTime": {
        "properties": {
            "date": {"pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?$"}
        },
        "required": ["date"],
    },
    "CardRowTemplateInfo": {"minProperties": 1, "maxProperties": 1},
    "CardTemplateOverride": {"properties": {"cardRowTemplateInfos": {"minItems": 1, "maxItems": 3}}},
    "FieldReference": {
        # Double quotes inside the brackets show nothing, without an error.
        "properties": {
            "fieldPath": {"pattern": r"^(object|class)\.[A-Za-z]+(\['[A-Za-z0-9_-]+'\]|\.[A-Za-z]+)*$"}
        }
    },
    "Image": {"oneOf": [{"required": ["sourceUri"]}, {"required": ["privateImageId"]}]},
    "ImageUri": {"properties": {"uri": _REACHABLE}, "required": ["uri"]},
    "LocalizedString": {"required": ["defaultValue"]},
    "LoyaltyPoints": {"required": ["balance"]},
    "LoyaltyPointsBalance": {"minProperties": 1, "maxProperties": 1},
    "MerchantLocation": {
        "properties": {
            "latitude": {"minimum": -90, "maximum": 90},
            "longitude": {"minimum": -180, "maximum": 180},
        },
        "required": ["latitude", "longitude"],
    },
    "RotatingBarcode": {"properties": {"type": {"enum": ["PDF_417", "QR_CODE"]}}},
    "SaveRestrictions": {"properties": {"restrictToEmailSha256": {"pattern": "^[0-9a-f]{64}$"}}},
    "TextModuleData": {"properties": {"id": {"pattern": "^[A-Za-z0-9_-]+$"}}},
    "RotatingBarcodeTotpDetailsTotpParameters": {"properties": {"key": {"pattern": "^([0-9A-Fa-f]{2})+$"}}},
    "TranslatedString": {"required": ["language", "value"]},
    "Uri": {"properties": {"uri": _ANY_SCHEME}, "required": ["uri"]},
    "ValueAddedModuleData": {"dependentRequired": {"header": ["uri"]}},
}
"""Name of the schema -> what is laid over it."""

REQUIRED: Final = {
    "LoyaltyClass": ["id", "issuerName", "programName", "programLogo", "reviewStatus"],
    "LoyaltyObject": ["id", "classId", "state"],
}
"""Of a document as a whole; a patch has none but a class's `reviewStatus`."""
