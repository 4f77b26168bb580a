"""A message of the corpus as Python's email package sees it."""

import email
import email.policy

import brief_receipts


class CertifiedMessage:
    """A message of the corpus, taken apart."""

    def __init__(self, raw: bytes):
        self.header = email.message_from_bytes(raw)
        outer = brief_receipts.read_part(raw)
        self.tree = [outer.type, *(child.type for child in outer.children)]
        content, signature = outer.children
        self.signature_type = signature.type
        self.signature = payload(signature.raw)
        self.parts = content.children
        self.texts = [decoded_text(part.raw) for part in self.parts[0].children]
        self.text_types = [part.type for part in self.parts[0].children]
        self.attached = [(part.type, part.name) for part in self.parts[1:]]
        self.daticert = next((payload(part.raw) for part in self.parts if part.name == "daticert.xml"), None)
        self.postacert = next((part.body for part in self.parts if part.name == "postacert.eml"), None)

    def field(self, name: str) -> str | None:
        """The one field of that name, unfolded and decoded."""
        found = self.header.get_all(name) or []
        if len(found) > 1:
            return f"{len(found)} fields"
        return str(email.policy.default.header_fetch_parse(name, found[0])) if found else None


def payload(raw: bytes) -> bytes:
    decoded = email.message_from_bytes(raw).get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""


def decoded_text(raw: bytes) -> str:
    charset = email.message_from_bytes(raw).get_content_charset("us-ascii")
    return payload(raw).decode(charset)
