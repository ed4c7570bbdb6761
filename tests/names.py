"""A name server on loopback, for names that lead where a test wants, and elsewhere the next time they are looked up."""

from __future__ import annotations

import ipaddress
import socketserver
import struct
import threading
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

__all__ = ["NameServer"]

A, AAAA = 1, 28


class NameServer:
    """Answers questions for A and AAAA records over UDP, as long as the block lasts; names it does not know are none.

    Args:
        names: for each name the addresses of the first look-up, of the second, and so on; the last for good.

    Attributes:
        queries: the names that A records were asked of, in order.
    """

    def __init__(self, names: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self.queries: list[str] = []
        self._turns = {
            (name, kind): [[ip for ip in turn if (":" in ip) == (kind == AAAA)] for turn in turns]
            for name, turns in names.items()
            for kind in (A, AAAA)
        }

    def __enter__(self) -> Self:
        this = self

        class Question(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                data, wire = self.request
                wire.sendto(this._answer(data), self.client_address)

        self._server = socketserver.UDPServer(("127.0.0.1", 0), Question)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, data: bytes) -> bytes:
        """A message of RFC 1035: the question again, and a record with no time to live for each address."""
        labels, at = [], 12
        while length := data[at]:
            labels.append(data[at + 1 : at + 1 + length].decode())
            at += 1 + length
        (kind,) = struct.unpack_from("!H", data, at + 1)
        question, name = data[12 : at + 5], ".".join(labels).lower()
        if kind == A:
            self.queries.append(name)
        turns = self._turns.get((name, kind))
        found = [] if turns is None else turns.pop(0) if len(turns) > 1 else turns[0]
        missing = 3 if turns is None else 0
        records = b""
        for ip in found:
            packed = ipaddress.ip_address(ip).packed
            records += struct.pack("!HHHIH", 0xC00C, kind, 1, 0, len(packed)) + packed
        return data[:2] + struct.pack("!HHHHH", 0x8180 | missing, 1, len(found), 0, 0) + question + records
