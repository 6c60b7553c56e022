"""Many calls in one request: multipart/mixed, with one request or answer of HTTP in each part.

https://developers.google.com/wallet/reference/rest lists the address; the form is that of
https://cloud.google.com/storage/docs/batch. Parts are matched by Content-ID: their order says nothing.
"""

import re
import uuid
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from email.message import Message

from requests.structures import CaseInsensitiveDict

from walletpass.gpay.answers import Answer, Document, read_answer
from walletpass.gpay.call import Call
from walletpass.gpay.errors import Cause, Failure

BATCH_PATH = "/batch"
MOST_CALLS = 1000

_ANSWER_ID = re.compile(r"<response-(\d{1,4})>")
_STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})[^\n]*\n")


def build_batch(calls: Sequence[Call]) -> tuple[str, bytes]:
    """Media type and body. Raises ValueError for none or too many."""
    if not 0 < len(calls) <= MOST_CALLS:
        raise ValueError(f"a batch has 1 to {MOST_CALLS} calls")
    boundary = uuid.uuid4().hex
    parts = [f"--{boundary}\r\n".encode() + _build_part(number, call) for number, call in enumerate(calls)]
    return f"multipart/mixed; boundary={boundary}", b"".join([*parts, f"--{boundary}--\r\n".encode()])


def _build_part(number: int, call: Call) -> bytes:
    body = call.body or b""
    lines = (
        "Content-Type: application/http",
        f"Content-ID: <{number}>",
        "",
        f"{call.method} {call.path} HTTP/1.1",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "",
    )
    return "\r\n".join(lines).encode() + b"\r\n" + body + b"\r\n"


def read_batch(answer: Answer, count: int) -> list[Document | Failure] | Failure:
    """One outcome for each call; a Failure where there is no batch at all. What was not answered is unclear."""
    if answer.status // 100 != 2:
        refused = read_answer(answer)
        assert isinstance(refused, Failure)
        return refused
    head = f"Content-Type: {answer.headers.get('Content-Type', '')}\r\n\r\n".encode("latin-1", "replace")
    batch = message_from_bytes(head + answer.content)
    if not batch.is_multipart():
        return Failure(Cause.UNREADABLE, answer.status, is_unclear=True)
    told = dict(_read_parts(batch))
    unanswered = Failure(Cause.UNREADABLE, is_unclear=True)
    return [told.get(number, unanswered) for number in range(count)]


def _read_parts(batch: Message) -> Iterator[tuple[int, Document | Failure]]:
    for part in batch.walk():
        number = _ANSWER_ID.fullmatch(str(part.get("Content-ID", "")).strip())
        content = part.get_payload(decode=True)
        if number and isinstance(content, bytes) and (line := _STATUS_LINE.match(content)):
            inner = message_from_bytes(content[line.end() :])
            body = inner.get_payload(decode=True)
            answer = Answer(
                int(line[1]), CaseInsensitiveDict(inner.items()), body if isinstance(body, bytes) else b""
            )
            yield int(number[1]), read_answer(answer)
