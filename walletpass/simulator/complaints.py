"""Lines that phones send to `/v1/log`, in the forms seen in the field.

https://developer.apple.com/documentation/walletpasses/log-a-message
"""

from datetime import datetime

from walletpass.simulator.agenda import Errand, Task

INVALID_PASS = "Received invalid pass data"  # noqa: S105 - a phone's words
INVALID_LIST = "Received invalid serial number list"
_ERROR = "; with web service url {service}) encountered error: {fault}"
_FORMS = {
    Errand.REGISTER: "Register task (for device {device}, pass type {pass_type}, serial number {serial}"
    + _ERROR,
    Errand.UNREGISTER: "Unregister task (for device {device}, pass type {pass_type}, serial number {serial}"
    + _ERROR,
    Errand.LIST: "Get serial #s task (for device {device}, pass type {pass_type}, last updated {known}"
    + _ERROR,
    Errand.FETCH: "Get pass task (pass type {pass_type}, serial number {serial}, if-modified-since {known}"
    + _ERROR,
}
_WARNING = "Web service error for {pass_type} ({service}): "
_UNCHANGED = _WARNING + "Server requested update to serial number '{serial}', but the pass was unchanged."
_IGNORED = (
    _WARNING
    + "Server ignored the 'if-modified-since' header ({known}) and returned the full unchanged pass data "
    "for serial number '{serial}'."
)
_STRANGER = _WARNING + "Server requested update to serial number '{serial}', but the pass was not registered."


def tell_error(task: Task, fault: str, device: str, known: str, now: datetime) -> str:
    """`known` is the tag or the If-Modified-Since that was sent."""
    return _write(_FORMS[task.errand], task, now, device=device, known=known or "(null)", fault=fault)


def tell_unchanged(task: Task, known: str, now: datetime, *, sent_whole: bool) -> str:
    return _write(_IGNORED if sent_whole and known else _UNCHANGED, task, now, known=known)


def tell_stranger(task: Task, serial: str, now: datetime) -> str:
    """The form is ours: which words a phone has for this is not known."""
    return (
        f"[{_stamp(now)}] {_STRANGER.format(pass_type=task.pass_type, service=task.service, serial=serial)}"
    )


def _write(form: str, task: Task, now: datetime, **words: str) -> str:
    line = form.format(pass_type=task.pass_type, service=task.service, serial=task.serial, **words)
    return f"[{_stamp(now)}] {line}"


def _stamp(now: datetime) -> str:
    return f"{now:%Y-%m-%d %H:%M:%S} +0000"
