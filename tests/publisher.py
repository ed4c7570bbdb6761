"""A publisher's site on loopback: real sockets, real HTTP/1.1, and every way in which a site may misbehave.

    with Publisher() as site:
        site.serve("/a", Response("<h1>Hello</h1>", etag='"1"'))     # answers 304 to whoever holds that ETag
        site.serve("/b", busy(2), busy(2), Response("at last"))      # one after the other, the last one for good
        site.serve("/c", redirect("/a"))
        site.serve("/d", hang())
        ...                                                          # ask site.url + "/a"
        assert [request.path for request in site.requests] == ["/a"]

What is not served is 404, robots.txt included. What a publisher writes (articles, feeds, sitemaps) is `tests.press`.
"""

from __future__ import annotations

import datetime
import gzip
import ipaddress
import socket
import ssl
import struct
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

__all__ = [
    "Handler",
    "Misbehaviour",
    "Publisher",
    "Request",
    "Response",
    "Wire",
    "bomb",
    "broken_gzip",
    "busy",
    "chunks",
    "drip",
    "endless",
    "find_free_port",
    "hang",
    "has_ipv6",
    "packed",
    "redirect",
    "reset",
    "truncated",
    "write_certificate",
]

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in.

    Attributes:
        at: when, by the monotonic clock, in seconds.
        path: with the query.
        headers: by name in lower case; of several of a name, the last.
        client: the address that it came from.
        connection: which connection of the site it came over, from 1.
    """

    at: float
    method: str
    path: str
    headers: Mapping[str, str]
    client: str
    connection: int


@dataclass(frozen=True, slots=True)
class Response:
    """A well-behaved answer. One that has an ETag or a time of change answers 304 where the request holds it.

    Attributes:
        body: text is sent as UTF-8.
        media_type: of the header Content-Type; empty for none.
        headers: more of them.
        etag: with its quotes.
        last_modified: as HTTP writes dates.
    """

    body: bytes | str = b""
    status: int = 200
    media_type: str = HTML
    headers: Sequence[tuple[str, str]] = ()
    etag: str = ""
    last_modified: str = ""

    @property
    def content(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """An answer that writes on the connection what it likes; the connection is closed after it."""

    play: Callable[[Wire], None]


Handler = Callable[[Request], "Response | Misbehaviour"]
"""What to answer to a request, where that depends on it."""


@dataclass(slots=True)
class Wire:
    """The server's end of one connection, for answers that misbehave.

    Attributes:
        closing: set when the site closes; nothing may wait for longer.
    """

    connection: socket.socket
    closing: threading.Event

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def head(self, status: str = "200 OK", **headers: str) -> None:
        """Send a status line and headers; ``Content_Length="5"`` is ``Content-Length: 5``."""
        lines = [f"HTTP/1.1 {status}", "Connection: close"] + [
            f"{name.replace('_', '-')}: {value}" for name, value in headers.items()
        ]
        self.send("\r\n".join([*lines, "", ""]).encode())

    def reset(self) -> None:
        """Make the close that follows a reset (RST)."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def redirect(to: str, status: int = 302) -> Response:
    """Send on to any URL, or a path of the same site."""
    return Response(status=status, headers=[("Location", to)])


def busy(retry_after: str | int = "", status: int = 429) -> Response:
    """Ask to be left alone, for seconds or until a date."""
    headers = [("Retry-After", str(retry_after))] if retry_after != "" else []
    return Response("Too many requests.", status, "text/plain", headers)


def packed(response: Response) -> Response:
    """Return the same, its body gzipped on the way."""
    body = gzip.compress(response.content, mtime=0)
    return replace(response, body=body, headers=[*response.headers, ("Content-Encoding", "gzip")])


def broken_gzip(text: str = "<p>Half of it.</p>" * 200) -> Response:
    """Say gzip, and send a stream of it whose middle is damaged."""
    body = bytearray(gzip.compress(text.encode(), mtime=0))
    body[12:-8] = bytes(byte ^ 0x5A for byte in body[12:-8])
    return Response(bytes(body), headers=[("Content-Encoding", "gzip")])


def bomb(size: int = 50_000_000) -> Response:
    """Send a few kilobytes that unpack to so many bytes."""
    return Response(gzip.compress(bytes(size), mtime=0), headers=[("Content-Encoding", "gzip")])


def hang(after: bytes = b"") -> Misbehaviour:
    """Take the request and say nothing more than these bytes until the site closes."""

    def play(wire: Wire) -> None:
        wire.send(after)
        wire.closing.wait()

    return Misbehaviour(play)


def drip(body: bytes, pause: float = 0.2) -> Misbehaviour:
    """Send a whole, true answer, a byte at a time with so many seconds between."""

    def play(wire: Wire) -> None:
        wire.head(Content_Type=HTML, Content_Length=str(len(body)))
        for index in range(len(body)):
            wire.send(body[index : index + 1])
            if wire.closing.wait(pause):
                return

    return Misbehaviour(play)


def endless(piece: bytes = b"<p>And so on, and so on.</p>\n" * 400) -> Misbehaviour:
    """Send the same again and again until the other end has had enough."""

    def play(wire: Wire) -> None:
        wire.head(Content_Type=HTML)
        while not wire.closing.is_set():
            wire.send(piece)

    return Misbehaviour(play)


def truncated(body: bytes = b"<p>It breaks off here", missing: int = 1000) -> Misbehaviour:
    """Promise so many bytes more than are sent."""

    def play(wire: Wire) -> None:
        wire.head(Content_Type=HTML, Content_Length=str(len(body) + missing))
        wire.send(body)

    return Misbehaviour(play)


def chunks(*pieces: bytes, whole: bool = True) -> Misbehaviour:
    """Send the pieces in chunked encoding; without the last, empty chunk where it is not to be whole."""

    def play(wire: Wire) -> None:
        wire.head(Content_Type=HTML, Transfer_Encoding="chunked")
        for piece in pieces:
            wire.send(b"%x\r\n%b\r\n" % (len(piece), piece))
        if whole:
            wire.send(b"0\r\n\r\n")

    return Misbehaviour(play)


def reset(after: bytes = b"") -> Misbehaviour:
    """Reset the connection after these bytes."""

    def play(wire: Wire) -> None:
        wire.send(after)
        wire.reset()

    return Misbehaviour(play)


def _repeat(answer: Response | Misbehaviour | Handler) -> Handler:
    if isinstance(answer, (Response, Misbehaviour)):
        return lambda request: answer
    return answer


def _is_unchanged(request: Request, response: Response) -> bool:
    """Whether the one who asks holds this very answer; If-None-Match counts before If-Modified-Since (RFC 9110)."""
    if response.status != 200:
        return False
    if "if-none-match" in request.headers:
        held = {tag.strip().removeprefix("W/") for tag in request.headers["if-none-match"].split(",")}
        return bool(response.etag) and response.etag.removeprefix("W/") in held
    if "if-modified-since" in request.headers and response.last_modified:
        return parsedate_to_datetime(response.last_modified) <= parsedate_to_datetime(
            request.headers["if-modified-since"]
        )
    return False


class _Exchange(BaseHTTPRequestHandler):
    """One connection: reads requests, answers as the site says."""

    protocol_version = "HTTP/1.1"
    server: _Server
    # Small answers are sent at once, not after the delay by which TCP gathers them.
    disable_nagle_algorithm = True
    wbufsize = -1

    def answer(self) -> None:
        site = self.server.site
        request = Request(
            time.monotonic(),
            self.command,
            self.path,
            {name.lower(): value for name, value in self.headers.items()},
            str(self.client_address[0]),
            self.server.open[self.connection],
        )
        answer = site._find_answer(request)
        if isinstance(answer, Misbehaviour):
            self.close_connection = True
            answer.play(Wire(self.connection, self.server.closing))
            return
        content, status, media_type = answer.content, answer.status, answer.media_type
        if _is_unchanged(request, answer):
            content, status, media_type = b"", 304, ""
        self.send_response(status)
        headers = [("Content-Type", media_type), ("ETag", answer.etag), ("Last-Modified", answer.last_modified)]
        for name, value in [*headers, *answer.headers]:
            if value:
                self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_POST = answer

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: `Publisher.requests` is the log."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    # A socketserver joins its threads at the end only if told to keep them.
    block_on_close = True

    def __init__(self, site: Publisher) -> None:
        self.site = site
        self.closing = threading.Event()
        self.open: dict[socket.socket, int] = {}
        self.lock = threading.Lock()
        self.count = 0
        self.address_family = socket.AF_INET6 if ":" in site.host else socket.AF_INET
        super().__init__((site.host, site.port), _Exchange)

    def server_bind(self) -> None:
        # Not HTTPServer's, which asks the DNS for its own name.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def get_request(self) -> tuple[socket.socket, object]:
        connection, client = super().get_request()
        with self.lock:
            self.count += 1
            self.open[connection] = self.count
        return connection, client

    def finish_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        """Shake hands in the thread of the connection, so that a client that will not holds up no other."""
        assert isinstance(request, socket.socket)
        if self.site.context is None:
            super().finish_request(request, client_address)
            return
        with self.site.context.wrap_socket(request, server_side=True, do_handshake_on_connect=False) as wrapped:
            with self.lock:
                self.open[wrapped] = self.open.pop(request)
            try:
                wrapped.do_handshake()
                super().finish_request(wrapped, client_address)
            finally:
                with self.lock:
                    del self.open[wrapped]

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        assert isinstance(request, socket.socket)
        with self.lock:
            self.open.pop(request, None)
        # No shutdown() before the close: it would send a FIN where a reset is meant.
        request.close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep what went wrong in a handler; a client that leaves is none of it."""
        error = sys.exception()
        if not isinstance(error, OSError):
            self.site.errors.append(error)

    def close(self) -> None:
        self.closing.set()
        self.shutdown()
        with self.lock:
            waiting = list(self.open)
        for connection in waiting:
            try:
                # Not SSLSocket's own, which takes the session away from the thread that reads.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
            except OSError:
                continue
        self.server_close()


@dataclass(slots=True)
class Publisher:
    """A site that listens as long as the block lasts.

    Attributes:
        host: the loopback address to listen at: 127.0.0.1, any other of 127.0.0.0/8, or ::1.
        port: 0 for a free one; afterwards the one that is used.
        certificate: a PEM file of a key and a certificate; with it the site speaks HTTPS. See `write_certificate`.
        errors: what went wrong in tests' own handlers; the first is raised at the end of the block.
    """

    host: str = "127.0.0.1"
    port: int = 0
    certificate: Path | None = None
    context: ssl.SSLContext | None = field(default=None, init=False)
    errors: list[BaseException | None] = field(default_factory=list, init=False)
    _server: _Server = field(init=False, repr=False)
    _thread: threading.Thread = field(init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)
    _log: list[Request] = field(default_factory=list, init=False, repr=False)
    _answers: dict[str, list[Handler]] = field(default_factory=dict, init=False, repr=False)

    def __enter__(self) -> Self:
        if self.certificate is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(self.certificate)
        self._server = _Server(self)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        self._thread.join()
        if self.errors and error is None:
            raise RuntimeError("a handler of the test failed") from self.errors[0]

    @property
    def url(self) -> str:
        """The site's origin, without a slash at its end: ``http://127.0.0.1:40123``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'http' if self.certificate is None else 'https'}://{host}:{self.port}"

    def serve(self, path: str, *answers: Response | Misbehaviour | Handler) -> str:
        """Answer requests for a path by these, one after the other and the last one for good; return its URL.

        A path with a query is looked up as it is, then without the query. What was served before is forgotten.
        """
        with self._lock:
            self._answers[path] = [_repeat(answer) for answer in answers]
        return self.url + path

    def serve_robots(self, text: str, status: int = 200) -> str:
        """Answer /robots.txt."""
        return self.serve("/robots.txt", Response(text, status, "text/plain"))

    @property
    def requests(self) -> list[Request]:
        """All requests so far, in the order in which they came."""
        with self._lock:
            return list(self._log)

    @property
    def paths(self) -> list[str]:
        """What was asked for so far, in order."""
        return [request.path for request in self.requests]

    def find_requests(self, path: str) -> list[Request]:
        """The requests for one path, as it was asked."""
        return [request for request in self.requests if request.path == path]

    def forget(self) -> None:
        """Empty the log of requests, between two runs."""
        with self._lock:
            self._log.clear()

    @property
    def connections(self) -> int:
        """How many connections were opened so far, asked over or not.

        One that the kernel has taken but this server not yet is counted first: a connection of our own is made, which
        comes after it, and is left out.
        """
        before = self._server.count
        with socket.create_connection((self.host, self.port)):
            deadline = time.monotonic() + 10
            while self._server.count == before and time.monotonic() < deadline:
                time.sleep(0.005)
        with self._server.lock:
            self._server.count -= 1
            return self._server.count

    def _find_answer(self, request: Request) -> Response | Misbehaviour:
        with self._lock:
            self._log.append(request)
            answers = self._answers.get(request.path) or self._answers.get(request.path.partition("?")[0])
            if not answers:
                return Response("<h1>Not found</h1>", 404)
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return answer(request)


def find_free_port(host: str = "127.0.0.1") -> int:
    """Return a port at which nothing listens just now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


def has_ipv6() -> bool:
    """Whether this machine has a loopback of IPv6."""
    try:
        find_free_port("::1")
    except OSError:
        return False
    return True


def write_certificate(path: Path, *names: str, days: int = 2) -> Path:
    """Write a new key and a certificate that it signs itself, as one PEM file for `Publisher.certificate`.

    A client trusts it if told to (``SSL_CERT_FILE``), and only for these names: addresses, or names of hosts.
    Negative days make one that has expired.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    serial = x509.random_serial_number()
    # By which OpenSSL looks the signer up: one for each, lest another's key be taken.
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Publisher {serial}")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(now - datetime.timedelta(days=30))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([_name_host(host) for host in names or ("127.0.0.1",)]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def _name_host(host: str):  # type: ignore[no-untyped-def]
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
