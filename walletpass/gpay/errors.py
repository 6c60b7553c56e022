"""What went wrong with a call, what that means, and what somebody can do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from walletpass.gpay.reasons import Message


class Verdict(StrEnum):
    LATER = "later"
    """Try again after a pause."""
    HALT = "halt"
    """The operator's fault, for every call of this account: stop, tell, keep the rows."""
    REFUSED = "refused"
    """For this class or object only: trying the same again is of no use."""


class Cause(StrEnum):
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    UNTRUSTED = "untrusted"
    BUSY = "busy"
    KEY_REFUSED = "key_refused"
    UNAUTHORIZED = "unauthorized"
    NOT_PERMITTED = "not_permitted"
    API_DISABLED = "api_disabled"
    QUOTA_SPENT = "quota_spent"
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    UNREADABLE = "unreadable"
    MISSING = "missing"
    EXISTS = "exists"
    IMAGE_REFUSED = "image_refused"
    PLACES_NOT_ALLOWED = "places_not_allowed"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Ruling:
    verdict: Verdict
    message: Message
    """What is wrong."""
    action: Message
    """What to do."""


_BY_ITSELF = Message("Nothing needs to be done: it is tried again until it succeeds.")
_NETWORK = Message(
    "It is tried again until it succeeds. If this lasts, check the server’s connection to the internet."
)
_REPORT = Message("This is a fault of walletpass: report it, with Google’s own words.")

RULINGS: Mapping[Cause, Ruling] = MappingProxyType(
    {
        Cause.UNREACHABLE: Ruling(Verdict.LATER, Message("Google Wallet cannot be reached."), _NETWORK),
        Cause.TIMED_OUT: Ruling(Verdict.LATER, Message("Google Wallet did not answer in time."), _NETWORK),
        Cause.UNTRUSTED: Ruling(
            Verdict.HALT,
            Message("Whoever answers in Google’s place has a certificate that is not trusted."),
            Message(
                "Check the server’s clock and root certificates, and whether a proxy opens its connections."
            ),
        ),
        Cause.BUSY: Ruling(
            Verdict.LATER, Message("Too many cards are on their way to Google at this moment."), _BY_ITSELF
        ),
        Cause.KEY_REFUSED: Ruling(
            Verdict.HALT,
            Message("Google does not accept the service account’s key."),
            Message(
                "In the Google Cloud console check that the service account is enabled and still has this key. "
                "Check the server’s clock too: Google refuses a key that seems to be used in the past or future."
            ),
        ),
        Cause.UNAUTHORIZED: Ruling(
            Verdict.HALT,
            Message("Google Wallet does not accept the token that Google gave for the service account."),
            Message(
                "In the Google Cloud console check that the service account is enabled and still has this key."
            ),
        ),
        Cause.NOT_PERMITTED: Ruling(
            Verdict.HALT,
            Message("The service account may not work for this issuer."),
            Message(
                "In the Google Pay & Wallet console invite the service account’s e-mail address under Users, as "
                "Developer, and check the issuer ID. Roles in the Google Cloud console do not count."
            ),
        ),
        Cause.API_DISABLED: Ruling(
            Verdict.HALT,
            Message("The Google Wallet API is not enabled in the service account’s project."),
            Message("In the Google Cloud console enable the Google Wallet API for the project."),
        ),
        Cause.QUOTA_SPENT: Ruling(
            Verdict.REFUSED,
            Message("This card has had all the notifications that Google allows it for now."),
            Message("Nothing needs to be done: the card is brought up to date without a notification."),
        ),
        Cause.RATE_LIMITED: Ruling(
            Verdict.LATER, Message("Google Wallet asks for fewer requests."), _BY_ITSELF
        ),
        Cause.UNAVAILABLE: Ruling(Verdict.LATER, Message("Google Wallet is out of order."), _BY_ITSELF),
        Cause.UNREADABLE: Ruling(
            Verdict.LATER, Message("What answered in Google’s place is not Google Wallet."), _NETWORK
        ),
        Cause.MISSING: Ruling(
            Verdict.REFUSED,
            Message("Google Wallet does not know this card or its class."),
            Message("Nothing needs to be done: it is created anew."),
        ),
        Cause.EXISTS: Ruling(
            Verdict.REFUSED,
            Message("Google Wallet already has a card or class with this ID."),
            Message("Nothing needs to be done: it is brought up to date."),
        ),
        Cause.IMAGE_REFUSED: Ruling(
            Verdict.REFUSED,
            Message("Google could not fetch an image of the card."),
            Message(
                "Check that PUBLIC_URL can be reached from the internet, over https and without a login, "
                "and that nothing holds back Google’s robots."
            ),
        ),
        Cause.PLACES_NOT_ALLOWED: Ruling(
            Verdict.REFUSED,
            Message("This issuer may not put places on its cards."),
            Message(
                "Ask Google’s support to allow merchant locations for the issuer. Until then cards go without."
            ),
        ),
        Cause.INVALID: Ruling(
            Verdict.REFUSED, Message("Google Wallet refuses the contents of this card or class."), _REPORT
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Failure:
    """A call that did not succeed."""

    cause: Cause
    status: int = 0
    """0 where no answer came."""
    reason: str = ""
    """Google's own word, such as `permissionDenied`."""
    detail: str = ""
    """Google's own sentence, shortened."""
    is_unclear: bool = False
    """Google may have done what was asked all the same."""
    retry_after: float = 0.0
    """Seconds before which another try is of no use."""

    @property
    def verdict(self) -> Verdict:
        return RULINGS[self.cause].verdict

    @property
    def message(self) -> Message:
        return RULINGS[self.cause].message

    @property
    def action(self) -> Message:
        return RULINGS[self.cause].action

    def __str__(self) -> str:
        """In English."""
        return f"{self.message} {self.detail}".strip()


class WalletError(Exception):
    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(str(failure))
