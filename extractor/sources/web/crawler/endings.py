"""Error -> how an address ends that has no answer to keep: refused for good, or put off."""

from __future__ import annotations

from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from twisted.internet.error import ConnectError, ConnectionClosed
from twisted.internet.ssl import VerificationError
from twisted.web._newclient import ParseError

from extractor.errors import ExtractorError

__all__ = ["Ending", "PutOff", "Refused", "Resting", "Stopped", "find_ending"]


class Ending(IgnoreRequest):  # type: ignore[misc]
    """Raised on the way of a request that ends without an answer to keep.

    Attributes:
        reason: for a reader.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Refused(Ending):
    """It is not asked again."""


class PutOff(Ending):
    """It is asked again.

    Attributes:
        until: not before then, ISO 8601; empty if nobody gave a time.
        is_exact: whether it is asked then, rather than later if it has failed often.
        is_host: whether the host did not answer, rather than this one address.
    """

    def __init__(self, reason: str, until: str = "", *, is_exact: bool = False, is_host: bool = False) -> None:
        super().__init__(reason)
        self.until, self.is_exact, self.is_host = until, is_exact, is_host


class Resting(PutOff):
    """Its host is to be left alone, so it was not asked."""

    def __init__(self, reason: str, until: str) -> None:
        super().__init__(reason, until, is_exact=True)


class Stopped(Ending):
    """The crawl is over; the address stays open."""

    def __init__(self) -> None:
        super().__init__("the crawl was stopped")


def find_ending(error: BaseException, max_bytes: int) -> Ending:
    """Return what an error of a request means.

    Args:
        error: as Scrapy or one of our own parts raised it.
        max_bytes: how large the answer might have been.
    """
    if isinstance(error, Ending):
        return error
    if isinstance(error, ExtractorError):
        # Of the guard, the only one of our own that is raised below.
        return Refused(error.message)
    if isinstance(error, DownloadCancelledError):
        return Refused(f"larger than {max_bytes:,} bytes")
    if isinstance(error, (UnsupportedURLSchemeError, NotSupported)):
        return Refused("no address of http or https")
    if isinstance(error, ValueError) and "hostname" in str(error):
        return Refused(f"no host: {error}")
    if isinstance(error, CannotResolveHostError):
        return PutOff("its name is not known (DNS)", is_host=True)
    if isinstance(error, DownloadTimeoutError):
        return PutOff("it took too long to answer", is_host=True)
    if isinstance(error, DownloadConnectionRefusedError):
        return PutOff("the connection was refused", is_host=True)
    if isinstance(error, ResponseDataLossError):
        return PutOff("the answer broke off")
    for cause in _find_causes(error):
        if isinstance(cause, Ending):
            return cause
    if isinstance(error, (DownloadFailedError, ConnectError, ConnectionClosed, TunnelError, OSError)):
        return PutOff(_explain(error), is_host=True)
    return PutOff(f"a bug of this program: {type(error).__name__}: {error}")


def _explain(error: BaseException) -> str:
    """The innermost cause of a failed connection."""
    causes = _find_causes(error)
    for cause in causes:
        if isinstance(cause, VerificationError):
            return "TLS: the certificate is for another host"
        if isinstance(cause, ParseError):
            return "what it answered is no HTTP"
        if type(cause).__module__.startswith("OpenSSL"):
            return f"TLS: {_tell_openssl(cause)}"
    return f"the connection failed: {_tell(causes[-1])}"


def _find_causes(error: BaseException) -> list[BaseException]:
    causes: list[BaseException] = [error]
    cause = error.__cause__
    while cause is not None:
        causes.append(cause)
        reasons = getattr(cause, "reasons", None)
        # Twisted gathers failures, of which the first tells.
        cause = reasons[0].value if reasons else cause.__cause__
    return causes


def _tell_openssl(error: BaseException) -> str:
    told = error.args[0] if error.args else ()
    reasons = [part[-1] for part in told if isinstance(part, tuple) and part] if isinstance(told, (list, tuple)) else []
    return "; ".join(reasons) or "the handshake failed"


def _tell(error: BaseException) -> str:
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__
