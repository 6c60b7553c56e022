"""What a member is told in a letter."""

from dataclasses import dataclass

from walletpass.loyalty.wording import Sentence


@dataclass(frozen=True, slots=True)
class Notice:
    subject: Sentence
    text: Sentence
