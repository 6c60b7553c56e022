"""A load of requests over connections that stay open, from one thread, cheap beside what it asks for."""

import re
import socket
from collections.abc import Iterator
from selectors import EVENT_READ, DefaultSelector
from time import perf_counter

_CONNECTIONS = 16
_SECONDS_TO_ANSWER = 30
_MOST_READ = 65536
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class WrongAnswer(Exception):
    """Something else would be measured."""


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """A header `if_modified_since` is If-Modified-Since."""
    named = {"host": "localhost", **headers, **({"content_length": str(len(body))} if body else {})}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in named.items()]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode() + body


def rate_of_answers(port: int, requests: Iterator[bytes], status: int, seconds: float) -> float:
    """Per second, where each connection always has one request under way. Raises WrongAnswer for another status."""
    connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(_CONNECTIONS)]
    with DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection, EVENT_READ, bytearray())
            connection.sendall(next(requests))
        begins, answered, start = b"HTTP/1.1 %d " % status, 0, perf_counter()
        while (now := perf_counter()) < start + seconds:
            for key, _ in selector.select(_SECONDS_TO_ANSWER):
                assert isinstance(key.fileobj, socket.socket)
                if _reads_whole(key.fileobj, key.data, begins):
                    answered += 1
                    key.fileobj.sendall(next(requests))
    for connection in connections:
        connection.close()
    return answered / (now - start)


def _reads_whole(connection: socket.socket, answer: bytearray, begins: bytes) -> bool:
    """Whether the answer has come to its end. Raises WrongAnswer."""
    answer += connection.recv(_MOST_READ)
    head, found, body = answer.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    if not found or (length is not None and len(body) < int(length[1])):
        return False
    if not answer.startswith(begins):
        raise WrongAnswer(answer.decode(errors="replace"))
    answer.clear()
    return True
