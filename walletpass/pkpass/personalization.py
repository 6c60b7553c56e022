"""The form by which a holder signs up in Wallet; only for passes with NFC.

https://developer.apple.com/library/archive/documentation/UserExperience/Conceptual/PassKit_PG/PassPersonalization.html
"""

import re
from collections.abc import Collection, Mapping

import orjson

FIELDS = {
    "name": "PKPassPersonalizationFieldName",
    "email": "PKPassPersonalizationFieldEmailAddress",
    "phone": "PKPassPersonalizationFieldPhoneNumber",
}
# A manifest is signed in the same way, and no JSON object is without a brace: who could have one signed as a
# token could make passes of their own.
_TOKEN = re.compile(r"[ -z|}~]{1,4096}")


def personalization_files(
    fields: Collection[str], description: str, logo: Mapping[int, bytes]
) -> dict[str, bytes]:
    """File name -> data. `fields` are keys of FIELDS, `logo` maps scale to a PNG of at most 150 × 40 points."""
    form = {"requiredPersonalizationFields": [FIELDS[field] for field in fields], "description": description}
    pictures = {f"personalizationLogo@{scale}x.png": png for scale, png in logo.items() if scale > 1}
    return {"personalization.json": orjson.dumps(form), **pictures}


def is_signable(token: str) -> bool:
    """Whether Wallet's token may be signed."""
    return _TOKEN.fullmatch(token) is not None
