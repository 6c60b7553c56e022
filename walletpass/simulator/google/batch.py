"""Many calls in one, as `multipart/mixed`. https://developers.google.com/wallet/generic/web#batch"""

from collections.abc import Callable, Iterator
from email.message import Message
from email.parser import BytesParser
from http import HTTPStatus
from io import BytesIO
from secrets import token_hex
from urllib.parse import parse_qsl, urlsplit

from walletpass.simulator.google.calls import Answer, Call, malformed

MOST_CALLS = 1000


def answer_batch(call: Call, answer: Callable[[Call], Answer]) -> Answer:
    """Each part by its Content-ID, last first, since no order is promised. Raises GoogleFault."""
    media_type = call.headers.get("content-type", "")
    parts = BytesParser().parsebytes(b"Content-Type: " + media_type.encode() + b"\r\n\r\n" + call.body)
    if not parts.is_multipart():
        raise malformed("Failed to parse batch request, no multipart body.")
    messages = [part for part in parts.walk() if part is not parts]
    if len(messages) > MOST_CALLS:
        raise malformed(f"The batch request has more than {MOST_CALLS} calls.")
    calls = [(part.get("Content-ID", ""), _read_part(part, call)) for part in messages]
    boundary = f"batch_{token_hex(12)}"
    written = b"".join(_write_part(boundary, each, answer(inner)) for each, inner in reversed(calls))
    return Answer(200, written + f"--{boundary}--\r\n".encode(), f"multipart/mixed; boundary={boundary}")


def _read_part(part: Message, outer: Call) -> Call:
    text = part.get_payload(decode=True)
    line, _, rest = (text if isinstance(text, bytes) else b"").lstrip().partition(b"\n")
    try:
        method, address, *_ = line.decode("ascii").split()
    except ValueError:
        raise malformed("Failed to parse batch request, bad request line.") from None
    inner = BytesParser().parse(BytesIO(rest))
    body = inner.get_payload(decode=True)
    headers = {name.lower(): value for name, value in inner.items()}
    parts = urlsplit(address)
    return Call(
        method,
        parts.path,
        dict(parse_qsl(parts.query)),
        {"authorization": outer.headers.get("authorization", ""), **headers},
        body if isinstance(body, bytes) else b"",
    )


def _write_part(boundary: str, content_id: str, answer: Answer) -> bytes:
    return b"\r\n".join(line for line in _lines(boundary, content_id, answer)) + b"\r\n"


def _lines(boundary: str, content_id: str, answer: Answer) -> Iterator[bytes]:
    yield f"--{boundary}".encode()
    yield b"Content-Type: application/http"
    yield f"Content-ID: <response-{content_id.strip('<>')}>".encode()
    yield b""
    yield f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}".encode()
    yield f"Content-Type: {answer.media_type}".encode()
    yield from (f"{name}: {value}".encode() for name, value in answer.headers.items())
    yield f"Content-Length: {len(answer.body)}".encode()
    yield b""
    yield answer.body
