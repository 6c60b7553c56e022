"""Rows about images and language folders."""

import struct

from pkpass_check.forge import Draft, picture, strings
from pkpass_check.rows import Row

_HUGE = picture(1, 1)[:16] + struct.pack(">II", 2**31 - 1, 2**31 - 1) + picture(1, 1)[24:]
_ENGLISH = "en.lproj/pass.strings"


def _files(**contents: bytes):
    return lambda draft: draft.files.update(contents)


def _without(*names: str):
    return lambda draft: [draft.files.pop(name) for name in names]


def _english(data: bytes):
    return _files(**{_ENGLISH: data})


def _ticket_with_everything(draft: Draft) -> None:
    draft.restyle("eventTicket")
    draft.files["background.png"] = picture(180, 220)


def _lost_placeholder(draft: Draft) -> None:
    for name in ("en", "zh-Hans"):
        draft.files[f"{name}.lproj/pass.strings"] = strings(**{"POINTS": "x", "Now %@ points": "More"})


ROWS = [
    Row("icon_missing", _without("icon.png", "icon@2x.png", "icon@3x.png")),
    Row("icon_scale_missing", _without("icon@3x.png")),
    Row("image_scale_missing", _without("logo@2x.png")),
    Row("image_not_png", _files(**{"logo.png": picture(160, 50, "JPEG")})),
    Row("image_not_png", _files(**{"logo.png": b""})),
    Row("image_broken", _files(**{"logo.png": picture(160, 50)[:-30]})),
    Row("image_huge", _files(**{"logo.png": _HUGE})),
    Row("image_size", _files(**{"strip.png": picture(312, 123)})),
    Row("image_size", _files(**{"logo@2x.png": picture(321, 100)})),
    Row("image_not_shown", _files(**{"thumbnail.png": picture(90, 90)})),
    Row("image_misspelt", _files(**{"Icon@2x.png": picture(76, 76)})),
    Row("image_misspelt", _files(**{"stripe.png": picture(375, 144)})),
    Row("strip_beside_background", _ticket_with_everything),
    Row("language_name", _files(**{"zh-hans.lproj/pass.strings": strings(POINTS="积分")})),
    Row("strings_property_list", _english(b"bplist00")),
    Row("strings_encoding", _english(b'"POINTS" = "caf\xe9";')),
    Row("strings_encoding", _english(b"\xff\xfe\x00\xd8")),
    Row("strings_broken", _english(b'"POINTS" = "say "hello"";')),
    Row("strings_broken", _english(b'"POINTS" = "Points"')),
    Row("strings_key_twice", _english(b'"POINTS" = "a"; "POINTS" = "b";')),
    Row("strings_utf8", _english('"POINTS" = "Pünktchen";'.encode())),
    Row("strings_keys_differ", _english(strings(OTHER="x"))),
    Row("strings_placeholder_lost", _lost_placeholder),
    Row("image_hides_localised", _files(**{"en.lproj/logo.png": picture(160, 50)})),
    Row(
        "image_scales_differ",
        lambda draft: draft.files.update(
            {
                "en.lproj/thumbnail.png": picture(90, 90),
                "zh-Hans.lproj/thumbnail@2x.png": picture(180, 180),
            }
        ),
    ),
]
