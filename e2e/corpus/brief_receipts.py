"""What a brief delivery receipt must give back, worked out from the bytes of the original by Python alone."""

import base64
import binascii
import email
import hashlib
import quopri
import re
from dataclasses import dataclass, field
from email.message import Message
from typing import Iterator


@dataclass
class Part:
    """A message or part: its header as read by Python, its body as it was transmitted."""

    header: Message
    body: bytes
    raw: bytes
    children: list["Part"] = field(default_factory=list)

    @property
    def name(self) -> str | None:
        return self.header.get_filename()

    @property
    def type(self) -> str:
        return self.header.get_content_type()


def read_part(raw: bytes) -> Part:
    head, _, body = raw.partition(b"\r\n\r\n")
    header = email.message_from_bytes(head + b"\r\n\r\n")
    part = Part(header, body, raw)
    boundary = header.get_boundary()
    if header.get_content_maintype() == "multipart" and boundary:
        part.children = [read_part(piece) for piece in pieces(body, boundary)]
    return part


def pieces(body: bytes, boundary: str) -> Iterator[bytes]:
    """What lies between boundary lines; the line end before a boundary is the boundary's."""
    line = re.compile(rb"(?:\A|\r\n)--" + re.escape(boundary.encode()) + rb"(--)?[ \t]*(?:\r\n|\Z)")
    begin = None
    position = 0
    while match := line.search(body, position):
        if begin is not None:
            yield body[begin : match.start()]
        if match.group(1):
            return
        begin = match.end()
        # A part may be empty: the line end that closes one boundary may open the next.
        position = match.end() - 2


def disagreements(original: bytes, given: bytes, encoded: bool) -> Iterator[str]:
    """Where the brief form given differs from what the original asks for; hashes are of encoded parts, or of contents."""
    yield from compare(read_part(original), read_part(given), encoded, whole_body=True)


def compare(original: Part, given: Part, encoded: bool, whole_body: bool) -> Iterator[str]:
    if whole_body and original.type in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        if original.raw != given.raw:
            yield "an enciphered message was changed"
    elif original.children:
        yield from compare_multipart(original, given, encoded, whole_body)
    elif original.name or original.type == "message/rfc822":
        yield from compare_hash(original, given, encoded)
    elif original.raw != given.raw:
        yield f"a part {original.type} without a name was changed"


def compare_multipart(original: Part, given: Part, encoded: bool, whole_body: bool) -> Iterator[str]:
    if (original.type, len(original.children)) != (given.type, len(given.children)):
        yield f"{original.type} of {len(original.children)} parts became {given.type} of {len(given.children)}"
        return
    signed = original.type == "multipart/signed"
    for at, (before, after) in enumerate(zip(original.children, given.children)):
        if signed and at > 0:
            if before.raw != after.raw:
                yield "a signature was changed"
        else:
            yield from compare(before, after, encoded, whole_body and signed)


def content_of(part: Part) -> bytes | None:
    """What a part decodes to: the file that the sender has on the disk; None when it does not decode."""
    encoding = part.header.get("Content-Transfer-Encoding", "7bit").strip().lower()
    if encoding == "base64":
        try:
            return base64.b64decode(re.sub(rb"\s+", b"", part.body), validate=True)
        except binascii.Error:
            return None
    if encoding == "quoted-printable":
        return quopri.decodestring(part.body)
    return part.body if encoding in ("7bit", "8bit", "binary") else None


def compare_hash(original: Part, given: Part, encoded: bool) -> Iterator[str]:
    name = f"{original.name or 'messaggio.eml'}.hash"
    content = original.body if encoded else content_of(original)
    if content is None:
        if original.raw != given.raw:
            yield f"{name} takes the place of a part that does not decode"
        return
    hashed = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    if given.type != "text/plain" or given.name != name:
        yield f"instead of {name} there is {given.name} ({given.type})"
    if given.body.strip() != hashed.encode():
        yield f"{name} holds {given.body[:60]!r}, not {hashed}"
