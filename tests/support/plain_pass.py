"""`pass.json` as a reader has it."""

import msgspec

from walletpass.card.card import Card
from walletpass.pkpass.frame import Frame
from walletpass.pkpass.identity import PassIdentity
from walletpass.pkpass.render import render_pass


def render_plain(card: Card, frame: Frame, identity: PassIdentity):
    return msgspec.to_builtins(render_pass(card, frame, identity))
