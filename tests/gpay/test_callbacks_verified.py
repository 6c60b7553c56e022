"""Only what Google signed for us, just now, is a callback; everything else is refused, whatever it is."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from walletpass.gpay.callbacks import MOST_BYTES, CallbackKind, CallbackRefused, verify_callback
from walletpass.gpay.signing_keys import SigningKey, to_be_signed
from walletpass.simulator.google.callback_signer import CallbackSigner

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ISSUER = "3388000000099999999"
SIGNER = CallbackSigner()
MESSAGE = {
    "classId": f"{ISSUER}.demo-club",
    "objectId": f"{ISSUER}.m-0001",
    "eventType": "save",
    "expTimeMillis": int((NOW + timedelta(hours=1)).timestamp() * 1000),
    "count": 1,
    "nonce": "6b1f6d0e-8a55-4a0e-9a3e-1f4f6c1c2d10",
}
VECTOR_KEYS = (
    rb'{"keys":[{"keyValue":"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEMx+g0e9ZfGac23cMJVezgkvXGUMIGw42aquFL705Aj'
    rb'HmVoec95bMtxROg9vM9rjoqtae6TThgeugdbUb6PX7pQ==","protocolVersion":"ECv2SigningOnly","keyExpiration":'
    rb'"4102444800000"}]}'
)
VECTOR = (
    rb'{"signature":"MEUCIG82FralgsWD1Iz1VqCkcbcbSuQ7q6o91Q8gVfIR36+wAiEA3QGpbs+RDnktuf62iOzRnEmf5qshK2WlUh'
    rb'5W1i0Rm/c=","intermediateSigningKey":{"signedKey":"{\"keyValue\":\"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQ'
    rb"gAEBmKc2UQ4DgSRXAJulmIOcUDGhY/c6w+ijpHKtEDiVcM1RoyBrltxpcn/DjvL8B9lM6K1OjyQMNiTKrxTxgzH+w\\u003d\\u0"
    rb'03d\",\"keyExpiration\":\"4102444800000\"}","signatures":["MEUCIApKFQQHYghjrZlw9KWELjFJlxYJXAztgJh3m'
    rb'PwbmUblAiEAwULuHQwVT4oonxrTIr8HA0X5RUf2LAtsnbPZ5QU+JuE="]},"protocolVersion":"ECv2SigningOnly","sign'
    rb'edMessage":"{\"classId\":\"3388000000099999999.demo-club\",\"objectId\":\"3388000000099999999.m-0001'
    rb"\",\"eventType\":\"save\",\"expTimeMillis\":4102444800000,\"count\":1,\"nonce\":\"6b1f6d0e-8a55-4a0e"
    rb'-9a3e-1f4f6c1c2d10\"}"}'
)
"""Made once, apart from this program; expires in 2100."""


@dataclass
class KeysInHand:
    """Root keys of which no more are to be had, unless `later` has some."""

    first: dict[str, Any]
    later: dict[str, Any] = field(default_factory=dict)
    refetched: int = 0

    def current(self, _now: datetime) -> Iterable[SigningKey]:
        return map(SigningKey.read, self.first["keys"])

    def refetch(self, _now: datetime) -> Iterable[SigningKey]:
        self.refetched += 1
        return map(SigningKey.read, (self.later or self.first)["keys"])


def body(
    signer: CallbackSigner = SIGNER, recipient: str = ISSUER, at: datetime = NOW, **changes: object
) -> bytes:
    """A callback; a member of the message whose value is None is left out."""
    message = {name: value for name, value in {**MESSAGE, **changes}.items() if value is not None}
    return json.dumps(signer.sign(json.dumps(message), recipient, at)).encode()


def verify(data: bytes, *issuers: str, keys: KeysInHand | None = None, now: datetime = NOW) -> object:
    return verify_callback(data, keys or KeysInHand(SIGNER.keys()), issuers or (ISSUER,), now)


def refusal(data: bytes, *issuers: str, keys: KeysInHand | None = None, now: datetime = NOW) -> str:
    with pytest.raises(CallbackRefused) as caught:
        verify(data, *issuers, keys=keys, now=now)
    return caught.value.code


def test_the_vector_is_accepted_as_it_was_received() -> None:
    """With an issuer of ours among several, and with all that it says."""
    callback = verify_callback(VECTOR, KeysInHand(json.loads(VECTOR_KEYS)), ("1", ISSUER), NOW)
    assert callback.kind is CallbackKind.SAVE
    assert (callback.class_id, callback.object_id) == (MESSAGE["classId"], MESSAGE["objectId"])
    assert callback.nonce == MESSAGE["nonce"]
    assert callback.expires == datetime(2100, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("issuer", ["3388000000099999998", "", f"merchant:{ISSUER}", f"gateway:{ISSUER}"])
def test_the_vector_is_for_nobody_else(issuer: str) -> None:
    assert refusal(VECTOR, issuer, keys=KeysInHand(json.loads(VECTOR_KEYS))) == "untrusted_message"


def test_without_an_issuer_nothing_is_accepted() -> None:
    with pytest.raises(CallbackRefused):
        verify_callback(body(), KeysInHand(SIGNER.keys()), (), NOW)


def test_one_changed_byte_anywhere_is_refused() -> None:
    """Also within the base64 of signatures, and within what is only said in passing."""
    keys = KeysInHand(json.loads(VECTOR_KEYS))
    for place in range(len(VECTOR)):
        forged = VECTOR[:place] + bytes([VECTOR[place] ^ 1]) + VECTOR[place + 1 :]
        assert refusal(forged, keys=keys) in {"malformed", "untrusted_key", "untrusted_message"}, place


@pytest.mark.parametrize(
    ("member", "code"), [("signedKey", "untrusted_key"), ("signedMessage", "untrusted_message")]
)
def test_a_text_that_was_written_anew_is_refused(member: str, code: str) -> None:
    """It means the same, but its bytes are not those that were signed."""
    document = json.loads(VECTOR)
    holder = document if member in document else document["intermediateSigningKey"]
    holder[member] = json.dumps(json.loads(holder[member]))
    assert refusal(json.dumps(document).encode(), keys=KeysInHand(json.loads(VECTOR_KEYS))) == code


def test_the_envelope_may_be_written_anew() -> None:
    """Only the two texts in it were signed."""
    document = json.loads(VECTOR)
    anew = json.dumps(document, indent=1, ensure_ascii=True, sort_keys=True).encode()
    verify(anew, keys=KeysInHand(json.loads(VECTOR_KEYS)))


def test_google_s_payments_are_another_sender() -> None:
    """Their signatures are made by the same rules, for the sender `Google`."""
    assert refusal(body(replace(SIGNER, sender="Google"))) == "untrusted_key"
    document, payment = json.loads(body()), json.loads(body(replace(SIGNER, sender="Google")))
    document["signature"] = payment["signature"]
    assert refusal(json.dumps(document).encode()) == "untrusted_message"


def test_a_chain_of_somebody_else_s_is_refused() -> None:
    """Also with our root's own intermediate key beside it."""
    stranger = CallbackSigner()
    assert refusal(body(stranger)) == "untrusted_key"
    document = json.loads(body(stranger))
    document["intermediateSigningKey"] = json.loads(body())["intermediateSigningKey"]
    assert refusal(json.dumps(document).encode()) == "untrusted_message"


def test_lengths_are_counted_in_bytes() -> None:
    """A text with letters beyond ASCII is longer than its characters."""
    assert to_be_signed("né", "a") == b"\x03\0\0\0n\xc3\xa9" + b"\x01\0\0\0a"


def test_base64_is_nothing_but_base64() -> None:
    document = json.loads(VECTOR)
    document["signature"] = "\n" + document["signature"]
    assert refusal(json.dumps(document).encode(), keys=KeysInHand(json.loads(VECTOR_KEYS))) == "malformed"


def test_one_of_several_root_keys_and_signatures_is_enough() -> None:
    """While Google changes its keys both are there."""
    document = json.loads(body())
    signatures = document["intermediateSigningKey"]["signatures"]
    other = json.loads(body(CallbackSigner()))["intermediateSigningKey"]["signatures"]
    document["intermediateSigningKey"]["signatures"] = other + signatures
    roots = {"keys": CallbackSigner().keys()["keys"] + SIGNER.keys()["keys"]}
    verify(json.dumps(document).encode(), keys=KeysInHand(roots))


def test_a_root_key_that_is_new_is_asked_for_once() -> None:
    keys = KeysInHand(CallbackSigner().keys(), later=SIGNER.keys())
    verify(body(), keys=keys)
    assert keys.refetched == 1
    assert refusal(body(CallbackSigner()), keys=keys) == "untrusted_key"
    assert keys.refetched == 2


@pytest.mark.parametrize("data", [b"", b"{}", VECTOR[:-1], VECTOR.replace(b"ECv2SigningOnly", b"ECv2")])
def test_what_is_no_callback_has_no_keys_fetched(data: bytes) -> None:
    keys = KeysInHand(SIGNER.keys())
    assert refusal(data, keys=keys) == "malformed"
    assert keys.refetched == 0


def test_an_intermediate_key_is_good_until_it_expires() -> None:
    """Its last millisecond is not good any more."""
    long = {"expTimeMillis": 4102444800000}
    end = NOW + timedelta(days=7)
    verify(body(**long), now=end - timedelta(milliseconds=1))
    assert refusal(body(**long), now=end) == "key_expired"


def test_a_message_is_good_until_it_expires() -> None:
    end = NOW + timedelta(hours=1)
    verify(body(), now=end - timedelta(milliseconds=1))
    assert refusal(body(), now=end) == "message_expired"


def test_a_replayed_message_has_the_same_nonce_whatever_its_signature() -> None:
    """For every ECDSA signature there is another one of the same message: signatures tell no two messages apart."""
    document = json.loads(body())
    r, s = decode_dss_signature(b64decode(document["signature"]))
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    document["signature"] = b64encode(encode_dss_signature(r, order - s)).decode()
    assert verify(json.dumps(document).encode()) == verify(body())


@pytest.mark.parametrize("member", ["classId", "objectId"])
def test_a_card_of_another_issuer_is_refused(member: str) -> None:
    """Also of one that is ours as well: the message was signed for the first."""
    assert (
        refusal(body(**{member: "3388000000000000001.card"}), ISSUER, "3388000000000000001") == "foreign_card"
    )


@pytest.mark.parametrize(
    "changes",
    [
        *({member: None} for member in MESSAGE if member != "count"),
        {"eventType": "steal"},
        {"eventType": ["save"]},
        {"expTimeMillis": "soon"},
        {"expTimeMillis": True},
        {"expTimeMillis": 10**15 - 1},
        {"expTimeMillis": 1.5},
        {"expTimeMillis": -1},
        {"nonce": ""},
        {"nonce": "x" * 81},
        {"objectId": f"{ISSUER}.<script>"},
        {"objectId": ISSUER},
        {"classId": {"id": 1}},
    ],
)
def test_a_signed_message_that_cannot_be_read_is_refused(changes: dict[str, object]) -> None:
    assert refusal(body(**changes)) == "unreadable_message"


@pytest.mark.parametrize("text", ["", "[]", "null", '"save"', "{", "{}"])
def test_a_signed_message_that_is_no_object_is_refused(text: str) -> None:
    assert refusal(json.dumps(SIGNER.sign(text, ISSUER, NOW)).encode()) == "unreadable_message"


def test_more_members_of_the_message_are_heeded_by_nobody() -> None:
    """`count` is there today and documented nowhere."""
    assert verify(body(count=None, later="x")) == verify(body())


@pytest.mark.parametrize("holder", ["", "intermediateSigningKey"])
def test_the_envelope_has_its_members_and_no_others(holder: str) -> None:
    for change in ("more", "less"):
        document = json.loads(VECTOR)
        part = document[holder] if holder else document
        if change == "more":
            part["more"] = 1
        else:
            part.popitem()
        assert refusal(json.dumps(document).encode()) == "malformed"


def test_neither_size_nor_signatures_make_us_work() -> None:
    assert refusal(VECTOR + b" " * MOST_BYTES) == "too_large"
    document = json.loads(VECTOR)
    document["intermediateSigningKey"]["signatures"] *= 9
    assert refusal(json.dumps(document).encode()) == "malformed"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@given(st.binary(max_size=200) | anything.map(lambda value: json.dumps(value).encode()))
def test_nothing_but_a_refusal_comes_of_anything(data: bytes) -> None:
    refusal(data)


@given(
    st.sampled_from(["signature", "signedMessage", "protocolVersion", "signedKey", "signatures"]), anything
)
def test_nothing_but_a_refusal_comes_of_any_member(member: str, value: object) -> None:
    document = json.loads(VECTOR)
    holder = document if member in document else document["intermediateSigningKey"]
    holder[member] = value
    refusal(json.dumps(document).encode(), keys=KeysInHand(json.loads(VECTOR_KEYS)))


@given(st.dictionaries(st.sampled_from(list(MESSAGE)), anything, min_size=1))
def test_nothing_but_a_refusal_comes_of_what_google_may_sign(changes: dict[str, object]) -> None:
    with suppress(CallbackRefused):
        verify(body(**changes))


@given(anything | st.text(max_size=60))
def test_nothing_but_a_refusal_comes_of_any_intermediate_key(value: object) -> None:
    """Also where a root key did sign it."""

    @dataclass(frozen=True)
    class Careless(CallbackSigner):
        def _write_key(self, expires: datetime) -> str:
            return json.dumps({"keyValue": value, "keyExpiration": value})

    signer = Careless()
    assert refusal(body(signer), keys=KeysInHand(signer.keys())) == "unreadable_message"
