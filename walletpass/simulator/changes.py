"""What a new version of a pass says on the lock screen.

https://developer.apple.com/documentation/walletpasses/passfieldcontent
"""

from datetime import tzinfo

from babel import Locale

from walletpass.pkpass.check.fields import Field
from walletpass.simulator.formatting import write_value
from walletpass.simulator.installed import InstalledPass

_GENERIC = {
    "boardingPass": "Boarding pass changed",
    "coupon": "Coupon changed",
    "eventTicket": "Event ticket changed",
    "generic": "Pass changed",
    "storeCard": "Store card changed",
}
_PLACEHOLDER = "%@"


def tell_change(old: InstalledPass, new: InstalledPass, locale: Locale, zone: tzinfo) -> str:
    """The text, or empty: nothing that the pass announces has changed.

    Fields are matched by their key, so one that came, went or was renamed tells nothing. Several changed ones, or
    a message without a place for the value, give the style's general text.
    """
    changed = find_announced(old, new)
    if not changed:
        return ""
    message = new.translate(str(changed[0].content["changeMessage"]))
    if len(changed) > 1 or _PLACEHOLDER not in message:
        return _GENERIC.get(new.style, _GENERIC["generic"])
    value = write_value(changed[0].content, new.translate, locale, zone)
    return message.replace(_PLACEHOLDER, value).strip()


def find_announced(old: InstalledPass, new: InstalledPass) -> list[Field]:
    """Fields of `new` with a change message whose value is not the one that `old` had under their key."""
    before = {field.content.get("key"): field.content.get("value") for field in old.fields}
    return [
        field
        for field in new.fields
        if isinstance(field.content.get("changeMessage"), str)
        and (key := field.content.get("key")) in before
        and before[key] != field.content.get("value")
    ]
