"""What it means that no answer came. The libraries' own words may hold addresses and tokens: they go no further."""

from google.auth.exceptions import GoogleAuthError, RefreshError
from requests import RequestException
from requests.exceptions import Timeout
from urllib3.exceptions import HTTPError, MaxRetryError, ReadTimeoutError

from walletpass.gpay.answers import shorten
from walletpass.gpay.errors import Cause, Failure

Trouble = RequestException | HTTPError | GoogleAuthError
_NOT_VERIFIED = "CERTIFICATE_VERIFY_FAILED"
"""OpenSSL's word."""


def name_trouble(error: Trouble) -> Failure:
    """`is_unclear` unless the request never left."""
    if isinstance(error, RefreshError):
        return _name_refusal(error)
    if isinstance(error, GoogleAuthError):
        inner = error.__cause__
        return Failure(_find_cause(inner) if isinstance(inner, RequestException) else Cause.UNAVAILABLE)
    cause = _find_cause(error)
    return Failure(cause, is_unclear=not (cause is Cause.UNTRUSTED or _was_connecting(error)))


def _name_refusal(error: RefreshError) -> Failure:
    """No token. The key is at fault only where the token server says so, in the words of RFC 6749, section 5.2."""
    _sentence, told = (*error.args, None, None)[:2]
    if error.retryable or not isinstance(told, dict) or "error" not in told:
        return Failure(Cause.UNAVAILABLE)
    return Failure(Cause.KEY_REFUSED, reason=str(told["error"])[:64], detail=shorten(str(error.args[0])))


def _find_cause(error: Exception) -> Cause:
    if _NOT_VERIFIED in str(error):
        return Cause.UNTRUSTED
    return Cause.TIMED_OUT if isinstance(error, Timeout | ReadTimeoutError) else Cause.UNREACHABLE


def _was_connecting(error: Exception) -> bool:
    """urllib3 gives up so, without having tried again, only before there is a connection."""
    return isinstance(next(iter(error.args), None), MaxRetryError) and "SSL" not in type(error).__name__
