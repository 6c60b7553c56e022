"""Every expected "no": a stable code, and the sentence that a person reads."""

from dataclasses import dataclass
from enum import Enum, auto

from walletpass.loyalty.wording import Sentence, Value, sentence


class Kind(Enum):
    """What sort of no it is; a door maps it to a status once."""

    INVALID = auto()
    FORBIDDEN = auto()
    UNKNOWN = auto()
    CONFLICT = auto()
    TOO_LARGE = auto()
    WRONG_TYPE = auto()
    TOO_MANY = auto()
    UNAVAILABLE = auto()


@dataclass(frozen=True, slots=True)
class Reason:
    kind: Kind
    sentence: Sentence


REASONS = {
    # programs
    "bad_program": Reason(Kind.INVALID, sentence("These rules cannot be published. %(problems)s")),
    "program_ended": Reason(Kind.CONFLICT, sentence("This loyalty programme has ended.")),
    "program_paused": Reason(Kind.CONFLICT, sentence("This loyalty programme is not running now.")),
    # cards and stamps
    "unknown_card": Reason(Kind.UNKNOWN, sentence("This is not a card of this shop.")),
    "static_code": Reason(
        Kind.CONFLICT, sentence("This is a picture of a code. Ask for the card on the phone itself.")
    ),
    "typed_code": Reason(
        Kind.CONFLICT, sentence("This card’s code changes and is to be scanned. Why was it typed?")
    ),
    "stale_code": Reason(Kind.CONFLICT, sentence("This code is too old. Scan the one on the phone now.")),
    "used_code": Reason(Kind.CONFLICT, sentence("This code was scanned already. Scan the next one.")),
    "void_card": Reason(Kind.CONFLICT, sentence("This card is no longer valid.")),
    "closed_account": Reason(Kind.CONFLICT, sentence("This card has been closed.")),
    "too_soon": Reason(Kind.CONFLICT, sentence("Stamped %(seconds)s s ago. Stamp again?")),
    "too_many_at_once": Reason(Kind.CONFLICT, sentence("At most %(most)s stamps in one scan.")),
    "too_many_today": Reason(
        Kind.CONFLICT,
        sentence("This card has had its %(most)s stamps for today. It can be stamped again tomorrow."),
    ),
    "few_left_today": Reason(
        Kind.CONFLICT,
        sentence("This card has had %(today)s of its %(most)s stamps for today. It can have %(left)s more."),
    ),
    "bad_quantity": Reason(Kind.INVALID, sentence("The quantity must be a whole number of at least 1.")),
    "bad_balance": Reason(Kind.INVALID, sentence("The quantity must be a whole number from 1 to %(most)s.")),
    "nothing_to_undo": Reason(Kind.CONFLICT, sentence("There is nothing to undo on this card.")),
    "undo_too_late": Reason(
        Kind.CONFLICT,
        sentence("This can only be undone within %(seconds)s seconds. Ask the owner to correct it."),
    ),
    "reward_already_used": Reason(Kind.CONFLICT, sentence("This reward has already been used.")),
    "unknown_reward": Reason(Kind.UNKNOWN, sentence("This card has no such reward.")),
    "key_reused": Reason(Kind.CONFLICT, sentence("This request was sent before with other contents.")),
    "bad_key": Reason(Kind.INVALID, sentence("The request carries no usable idempotency key.")),
    # rewards and coupons
    "reward_reserved": Reason(
        Kind.CONFLICT, sentence("This reward is being handed out at this moment. Try again in %(seconds)s s.")
    ),
    "reward_expired": Reason(Kind.CONFLICT, sentence("This reward is no longer valid.")),
    "reward_not_yet": Reason(Kind.CONFLICT, sentence("This reward is not valid yet.")),
    "reward_still_valid": Reason(Kind.CONFLICT, sentence("This reward is still valid.")),
    "reward_not_used": Reason(Kind.CONFLICT, sentence("This reward has not been used.")),
    "reward_out_of_stock": Reason(Kind.CONFLICT, sentence("There are none left of this reward.")),
    "reward_taken": Reason(
        Kind.CONFLICT, sentence("This customer has had this reward as often as it is given.")
    ),
    "use_rewards_first": Reason(
        Kind.CONFLICT, sentence("At most %(most)s of this reward can wait unused. Use one first.")
    ),
    "not_for_choosing": Reason(Kind.CONFLICT, sentence("This reward cannot be chosen.")),
    "not_enough_units": Reason(
        Kind.CONFLICT, sentence("This reward takes %(price)s; the card has %(balance)s.")
    ),
    "balance_too_small": Reason(Kind.CONFLICT, sentence("The card has only %(balance)s.")),
    "not_a_coupon": Reason(Kind.CONFLICT, sentence("This reward takes nothing off an order.")),
    "order_missing": Reason(
        Kind.INVALID, sentence("A coupon is used for an order. How much is it, before discounts?")
    ),
    "below_minimum": Reason(Kind.CONFLICT, sentence("This coupon is for orders of at least %(least)s.")),
    # gift cards
    "bad_amount": Reason(Kind.INVALID, sentence("This amount of money cannot be used here.")),
    "bad_currency": Reason(Kind.INVALID, sentence("This amount is not in %(currency)s.")),
    "absurd_gift_card": Reason(Kind.INVALID, sentence("A gift card has at most %(most)s. Check the amount.")),
    "unknown_gift_card": Reason(Kind.UNKNOWN, sentence("This is not a gift card of this shop.")),
    "gift_card_blocked": Reason(Kind.CONFLICT, sentence("This gift card is blocked.")),
    "gift_card_not_blocked": Reason(Kind.CONFLICT, sentence("This gift card is not blocked.")),
    "gift_card_expired": Reason(Kind.CONFLICT, sentence("This gift card is no longer valid.")),
    "gift_card_stays": Reason(Kind.CONFLICT, sentence("This gift card cannot be given to somebody else.")),
    "gift_card_theirs": Reason(Kind.CONFLICT, sentence("They have this gift card already.")),
    "not_enough_money": Reason(Kind.CONFLICT, sentence("This gift card has %(balance)s left.")),
    "unknown_payment": Reason(Kind.UNKNOWN, sentence("This gift card has no such payment.")),
    "refund_too_large": Reason(
        Kind.CONFLICT, sentence("At most %(most)s of this payment can be given back.")
    ),
    # earning and refunds
    "future_activity": Reason(Kind.INVALID, sentence("This lies in the future.")),
    "old_activity": Reason(
        Kind.CONFLICT, sentence("This was more than %(hours)s hours ago. Ask the owner to add it by hand.")
    ),
    "absurd_quantity": Reason(
        Kind.INVALID, sentence("More than %(most)s at once cannot be right. Check the number.")
    ),
    "not_bought": Reason(Kind.CONFLICT, sentence("This purchase has %(most)s of “%(item)s”.")),
    "known_purchase": Reason(Kind.CONFLICT, sentence("This purchase has been counted already.")),
    "unknown_purchase": Reason(Kind.UNKNOWN, sentence("There is no such purchase on this card.")),
    "taken_back_already": Reason(Kind.CONFLICT, sentence("This purchase has been taken back already.")),
    "earns_nothing": Reason(Kind.CONFLICT, sentence("By the rules of this shop, this earns nothing now.")),
    "bad_reason": Reason(Kind.INVALID, sentence("This is none of the reasons to choose from.")),
    "units_used": Reason(
        Kind.CONFLICT, sentence("What this purchase brought has been used, so it cannot be taken back.")
    ),
    # earning by hand and from elsewhere
    "unknown_unit": Reason(Kind.INVALID, sentence("This programme does not collect that.")),
    "bad_bill": Reason(
        Kind.INVALID,
        sentence("The number of a bill has from 1 to %(most)s characters, without control characters."),
    ),
    "bad_item": Reason(
        Kind.INVALID,
        sentence(
            "A bill has at most %(items)s different items, each with a name of 1 to %(most)s characters."
        ),
    ),
    "far_last_day": Reason(
        Kind.INVALID, sentence("The last day lies more than %(years)s years ahead. Check the date.")
    ),
    "bad_day": Reason(Kind.INVALID, sentence("A day is written as year, month, day: 2027-01-31.")),
    "several_found": Reason(
        Kind.CONFLICT, sentence("Several customers are found by this. Take the code on the card.")
    ),
    "lasts_already": Reason(Kind.CONFLICT, sentence("Nothing on this card runs out before that day.")),
    # joining
    "unknown_program": Reason(Kind.UNKNOWN, sentence("This loyalty programme does not exist.")),
    "program_closed": Reason(Kind.CONFLICT, sentence("This loyalty programme takes no new members.")),
    "unknown_referral": Reason(
        Kind.INVALID, sentence("Nobody here has this invitation code. You can also join without one.")
    ),
    "missing_field": Reason(Kind.INVALID, sentence("Please fill in: %(field)s.")),
    "bad_email": Reason(Kind.INVALID, sentence("This is not an e-mail address.")),
    "bad_name": Reason(Kind.INVALID, sentence("Names have at most %(most)s characters.")),
    "bad_phone": Reason(Kind.INVALID, sentence("This is not a telephone number.")),
    "bad_birthday": Reason(Kind.INVALID, sentence("This is not a date of birth.")),
    "wrong_code": Reason(
        Kind.FORBIDDEN, sentence("This code is not right or no longer valid. Ask for a new one.")
    ),
    "unknown_page": Reason(Kind.UNKNOWN, sentence("This card does not exist.")),
    "wallet_off": Reason(Kind.UNAVAILABLE, sentence("This wallet is not available here at the moment.")),
    "google_unavailable": Reason(
        Kind.UNAVAILABLE, sentence("Google Wallet cannot be reached at the moment. Try again in a moment.")
    ),
    "bad_issuer": Reason(
        Kind.INVALID, sentence("The ID of an issuer at Google is a number of at most 19 digits.")
    ),
    "bad_callback": Reason(Kind.FORBIDDEN, sentence("This is not a callback of Google Wallet.")),
    "keys_unavailable": Reason(
        Kind.UNAVAILABLE, sentence("Nobody can tell now whether this is Google’s. Try again in a moment.")
    ),
    "no_certificate": Reason(
        Kind.UNAVAILABLE,
        sentence("Apple Wallet is not available at the moment: the certificate is missing or expired."),
    ),
    "unknown_pass_type": Reason(
        Kind.UNKNOWN, sentence("There is no certificate of this pass type here that can be used.")
    ),
    "expired_pass_type": Reason(
        Kind.CONFLICT,
        sentence(
            "The certificate of this pass type has expired. Get a new one for the same pass type first."
        ),
    ),
    "taken_pass_type": Reason(Kind.CONFLICT, sentence("Another shop has this pass type.")),
    "operators_pass_type": Reason(
        Kind.CONFLICT,
        sentence(
            "This pass type is the operator’s. Choose another one, or first set APPLE_PASS_TYPE to another one."
        ),
    ),
    # people who work here
    "wrong_sign_in": Reason(Kind.FORBIDDEN, sentence("The e-mail address or the password is not right.")),
    "not_allowed": Reason(Kind.FORBIDDEN, sentence("You are not allowed to do this.")),
    "weak_password": Reason(Kind.INVALID, sentence("Passwords have at least %(least)s characters.")),
    "email_taken": Reason(Kind.CONFLICT, sentence("Somebody with this e-mail address is already here.")),
    "bad_link": Reason(
        Kind.FORBIDDEN, sentence("This link is not valid or has been used. Ask for a new one.")
    ),
    "unknown_person": Reason(Kind.UNKNOWN, sentence("This person does not exist.")),
    "last_owner": Reason(Kind.CONFLICT, sentence("A shop needs at least one owner.")),
    "name_taken": Reason(Kind.CONFLICT, sentence("This name is already in use.")),
    # members
    "blocked_member": Reason(
        Kind.CONFLICT,
        sentence("This customer is blocked: no stamps, points or rewards until that is lifted."),
    ),
    "bad_card_number": Reason(
        Kind.INVALID, sentence("The number of a printed card has from 6 to 32 letters and digits.")
    ),
    "bad_external_id": Reason(
        Kind.INVALID, sentence("The number in the till has from 1 to %(most)s characters.")
    ),
    "bad_tag": Reason(Kind.INVALID, sentence("A tag has from 1 to %(most)s characters.")),
    "too_many_tags": Reason(Kind.CONFLICT, sentence("A customer has at most %(most)s tags.")),
    "bad_status": Reason(Kind.INVALID, sentence("A customer is active, vip or blocked.")),
    "bad_language": Reason(Kind.INVALID, sentence("This language is not offered.")),
    "identifier_taken": Reason(Kind.CONFLICT, sentence("Another customer is found by this already.")),
    "unknown_identifier": Reason(Kind.UNKNOWN, sentence("This customer is not found by that.")),
    "too_many_identifiers": Reason(
        Kind.CONFLICT, sentence("A customer is found by at most %(most)s addresses and numbers.")
    ),
    "unknown_photo": Reason(Kind.UNKNOWN, sentence("There is no photo of this customer.")),
    "cannot_merge": Reason(
        Kind.CONFLICT, sentence("Two different cards of the same programme can be merged, and only once.")
    ),
    # locations
    "unknown_location": Reason(Kind.UNKNOWN, sentence("This location does not exist.")),
    "bad_position": Reason(
        Kind.INVALID,
        sentence("A position is two numbers as maps show them, latitude first: 52.3702, 4.8952."),
    ),
    "bad_beacon": Reason(
        Kind.INVALID,
        sentence(
            "A beacon has a UUID; beside it a major number, or a major and a minor one, from 0 to 65535."
        ),
    ),
    "bad_distance": Reason(
        Kind.INVALID, sentence("The distance is a whole number of metres from %(least)s to %(most)s.")
    ),
    "too_many_locations": Reason(Kind.CONFLICT, sentence("A shop has at most %(most)s locations.")),
    # designs
    "unknown_template": Reason(Kind.UNKNOWN, sentence("This card template does not exist.")),
    "unknown_design": Reason(Kind.UNKNOWN, sentence("This version of the design does not exist.")),
    "weak_contrast": Reason(
        Kind.INVALID,
        sentence(
            "“%(text)s” on “%(background)s” is hard to read. The nearest colour that works is %(offered)s."
        ),
    ),
    "bad_colour": Reason(Kind.INVALID, sentence("Colours are written as #rrggbb.")),
    "text_missing": Reason(Kind.INVALID, sentence("“%(field)s” is empty.")),
    "text_too_long": Reason(Kind.INVALID, sentence("“%(field)s” has at most %(most)s characters.")),
    "stale_page": Reason(
        Kind.CONFLICT,
        sentence("Somebody changed this meanwhile. Reload the page, then make your change again."),
    ),
    "unprintable": Reason(
        Kind.CONFLICT,
        sentence("No typeface on this server has all letters of the poster. Ask the operator to add one."),
    ),
    "no_roll_out": Reason(Kind.CONFLICT, sentence("No change is on its way to customers’ cards now.")),
    # corrections by hand
    "not_run_out": Reason(
        Kind.CONFLICT, sentence("Of what ran out on this card, at most %(most)s can be given back.")
    ),
    "needs_second_person": Reason(
        Kind.CONFLICT,
        sentence(
            "One person gives or takes at most %(most)s by hand on one card and day. For more, somebody else "
            "has to agree."
        ),
    ),
    "same_person": Reason(Kind.FORBIDDEN, sentence("Somebody other than whoever asked has to agree.")),
    "unknown_correction": Reason(Kind.UNKNOWN, sentence("Nobody asked for this correction.")),
    "correction_answered": Reason(Kind.CONFLICT, sentence("This was agreed to or refused already.")),
    # limits
    "bill_needed": Reason(
        Kind.CONFLICT,
        sentence("This card would have more than %(most)s stamps today. Enter the number of the bill."),
    ),
    "busy_card": Reason(
        Kind.TOO_MANY,
        sentence("This card was used %(most)s times within a minute. It goes again in %(seconds)s s."),
    ),
    "busy_shop": Reason(
        Kind.TOO_MANY,
        sentence("The shop has given %(most)s times within a minute. It goes again in %(seconds)s s."),
    ),
    # checking in at the till
    "stale_check_in": Reason(
        Kind.CONFLICT, sentence("This code is no longer valid. Scan the one that the till shows now.")
    ),
    "checked_in_already": Reason(
        Kind.CONFLICT, sentence("You have checked in already. It goes again in %(minutes)s min.")
    ),
    "position_needed": Reason(
        Kind.INVALID, sentence("To check in here, let the page know where your phone is.")
    ),
    "too_far": Reason(
        Kind.FORBIDDEN, sentence("You are %(metres)s m away. Check in where you see the code.")
    ),
    # bookings
    "unknown_booking": Reason(Kind.UNKNOWN, sentence("This booking does not exist.")),
    "bad_booking": Reason(
        Kind.INVALID,
        sentence(
            "A booking has a name of its own and may have a service, each of at most %(most)s characters."
        ),
    ),
    "bad_booking_end": Reason(
        Kind.INVALID,
        sentence("A booking ends at most %(hours)s hours ago and at most %(days)s days from now."),
    ),
    "booking_of_another": Reason(Kind.CONFLICT, sentence("A booking of this name belongs to another card.")),
    # most loyal
    "too_many_members": Reason(Kind.INVALID, sentence("A list has from 1 to %(most)s members.")),
    "unknown_rule": Reason(Kind.UNKNOWN, sentence("This programme has no such earn rule.")),
    # tiers
    "unknown_tier": Reason(Kind.UNKNOWN, sentence("This programme has no such tier.")),
    "no_tier": Reason(Kind.CONFLICT, sentence("This customer has no tier.")),
    "bad_last_day": Reason(Kind.INVALID, sentence("The last day lies in the past.")),
    # requests
    "bad_request": Reason(Kind.INVALID, sentence("The request could not be read.")),
    "bad_form": Reason(Kind.INVALID, sentence("The page was open too long. Reload it and try again.")),
    "too_large": Reason(Kind.TOO_LARGE, sentence("That is too large.")),
    "wrong_type": Reason(Kind.WRONG_TYPE, sentence("This kind of content is not accepted here.")),
    "too_many": Reason(Kind.TOO_MANY, sentence("Too many tries. Wait a minute, then try again.")),
    "not_found": Reason(Kind.UNKNOWN, sentence("There is nothing at this address.")),
    "wrong_method": Reason(Kind.INVALID, sentence("This cannot be done at this address.")),
    "failed": Reason(
        Kind.UNAVAILABLE, sentence("Something went wrong here. It was noted; please try again.")
    ),
    "busy": Reason(
        Kind.UNAVAILABLE, sentence("The service is busy. Nothing was lost; try again in a moment.")
    ),
    "storage_full": Reason(
        Kind.UNAVAILABLE, sentence("The disk is full. Nothing was stored; tell the operator.")
    ),
}


class Refusal(Exception):
    """An expected no. `code` is a key of REASONS; the values fill its sentence."""

    def __init__(self, code: str, **values: Value) -> None:
        super().__init__(code)
        self.code = code
        self.kind = REASONS[code].kind
        self.sentence = Sentence(REASONS[code].sentence.message, "", values)
