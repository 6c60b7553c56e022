"""The sender of an installation whose Apple Wallet is off: it says so of every push."""

from walletpass.apns.push import Answer, Push, Verdict


class SilentSender:
    free = 1000

    def __init__(self) -> None:
        self._answers: list[Answer] = []

    def submit(self, push: Push) -> None:
        self._answers.append(Answer(push, Verdict.REFUSED, "wallet_off"))

    def poll(self, seconds: float) -> list[Answer]:
        answers, self._answers = self._answers, []
        return answers
