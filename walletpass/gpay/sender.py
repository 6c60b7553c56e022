"""Sends calls: in their turn, within their time, again where that may help."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from walletpass.gpay.answers import Answer, Document, read_answer
from walletpass.gpay.batch import BATCH_PATH, build_batch, read_batch
from walletpass.gpay.call import Call
from walletpass.gpay.errors import Cause, Failure, WalletError
from walletpass.gpay.retries import Patience, Tries
from walletpass.gpay.session import Sessions
from walletpass.gpay.throttle import Throttle
from walletpass.gpay.timer import Timer

log = logging.getLogger(__name__)

_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Sender:
    base_url: str
    sessions: Sessions
    throttle: Throttle
    patience: Patience
    timer: Timer

    def begin(self) -> Tries:
        return Tries(self.patience, self.timer)

    def send(self, call: Call) -> Document:
        """Raises WalletError."""
        tries = self.begin()
        while True:
            outcome = self.try_once(call, tries)
            if not isinstance(outcome, Failure):
                return outcome
            if not call.is_repeatable or not tries.wait_after(outcome):
                raise WalletError(outcome)

    def try_once(self, call: Call, tries: Tries) -> Document | Failure:
        answer = self._exchange(call.method, call.path, call.body, _JSON, tries)
        outcome = answer if isinstance(answer, Failure) else read_answer(answer)
        if isinstance(outcome, Failure):
            self._note(call, outcome)
        return outcome

    def send_batch(self, calls: Sequence[Call]) -> list[Document | Failure]:
        """Raises WalletError if the batch as a whole failed, and ValueError for calls that are not to be repeated."""
        media_type, body = build_batch(calls)
        tries = self.begin()
        while True:
            answer = self._exchange("POST", BATCH_PATH, body, media_type, tries, len(calls))
            outcome = answer if isinstance(answer, Failure) else read_batch(answer, len(calls))
            if not isinstance(outcome, Failure):
                return outcome
            if not tries.wait_after(outcome):
                raise WalletError(outcome)

    def _exchange(
        self, method: str, path: str, body: bytes | None, media_type: str, tries: Tries, count: int = 1
    ) -> Answer | Failure:
        left = tries.left
        if not self.throttle.wait(left, count):
            return Failure(Cause.BUSY, retry_after=left)
        limits = (self.patience.connect, self.patience.read, tries.left)
        return self.sessions.send(method, self.base_url + path, body, media_type, limits)

    def _note(self, call: Call, failure: Failure) -> None:
        """So that a busy Google slows down every thread, and a log says what was refused."""
        if failure.cause is Cause.RATE_LIMITED:
            self.throttle.pause(failure.retry_after)
        what = {"method": call.method, "path": call.path, "cause": failure.cause.value}
        log.info("google.failed", extra={**what, "status": failure.status, "reason": failure.reason})
