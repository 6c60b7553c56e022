"""Sends calls: in their turn, within their time, again where that may help."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

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
_LEAST_SECONDS = 0.1
"""For a call whose turn came at the last moment."""
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Sender:
    base_url: str
    sessions: Sessions
    throttle: Throttle
    patience: Patience
    timer: Timer

    def send(self, call: Call) -> Document:
        """The call must be one that does no more when it is sent twice. Raises WalletError."""
        return self.insist(lambda tries: self.try_once(call, tries))

    def send_batch(self, calls: Sequence[Call]) -> list[Document | Failure]:
        """The same with many. Raises WalletError if all failed at once, and ValueError for none or too many."""
        media_type, body = build_batch(calls)
        return self.insist(lambda tries: self._try_batch(calls, media_type, body, tries))

    def insist(self, attempt: Callable[[Tries], _Result | Failure]) -> _Result:
        """Raises WalletError with the last failure."""
        tries = Tries(self.patience, self.timer)
        while isinstance(outcome := attempt(tries), Failure):
            if not tries.wait_after(outcome):
                raise WalletError(outcome)
        return outcome

    def try_once(self, call: Call, tries: Tries) -> Document | Failure:
        answer = self._exchange(call, call.body, _JSON, tries)
        outcome = answer if isinstance(answer, Failure) else read_answer(answer)
        self._note(call, outcome)
        return outcome

    def _try_batch(
        self, calls: Sequence[Call], media_type: str, body: bytes, tries: Tries
    ) -> list[Document | Failure] | Failure:
        whole = Call("POST", BATCH_PATH)
        answer = self._exchange(whole, body, media_type, tries, len(calls))
        outcome = answer if isinstance(answer, Failure) else read_batch(answer, len(calls))
        if isinstance(outcome, Failure):
            self._note(whole, outcome)
        else:
            for call, part in zip(calls, outcome, strict=True):
                self._note(call, part)
        return outcome

    def _exchange(
        self, call: Call, body: bytes | None, media_type: str, tries: Tries, count: int = 1
    ) -> Answer | Failure:
        left = tries.left
        if not self.throttle.wait(left, count):
            return Failure(Cause.BUSY, retry_after=left)
        limits = (self.patience.connect, self.patience.read, max(tries.left, _LEAST_SECONDS))
        return self.sessions.send(call.method, self.base_url + call.path, body, media_type, limits)

    def _note(self, call: Call, outcome: Document | Failure) -> None:
        """A log says what failed, and a Google that is asked too much is asked less by every thread."""
        if not isinstance(outcome, Failure):
            return
        if outcome.cause is Cause.RATE_LIMITED:
            self.throttle.pause(outcome.retry_after)
        what = {"method": call.method, "path": call.path, "cause": outcome.cause.value}
        log.info("google.failed", extra={**what, "status": outcome.status, "reason": outcome.reason})
