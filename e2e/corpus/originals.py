"""What a certified message encloses, compared with what the rest of the corpus says of it."""

import email
from dataclasses import dataclass
from email.utils import getaddresses
from typing import Any, Iterator

import brief_receipts
import seven_bit
from certified_message import CertifiedMessage

Entry = dict[str, Any]
Disagreement = tuple[str, Any, Any]

# The domain of the provider that has accepted the messages whose envelopes are in the corpus.
ACCEPTING = "posta.gestore.example"
# By which words a brief receipt says whether its hashes are of encoded parts.
HASHED = {True: "così come è stata trasmessa", False: "sul contenuto decodificato"}


@dataclass
class Known:
    """What other messages of the corpus say: the original of each identificativo, what was submitted for each number."""

    envelopes: dict[str, bytes]
    submitted: dict[str, bytes]


def check_original(entry: Entry, message: CertifiedMessage, known: Known) -> Iterator[Disagreement]:
    original = known.envelopes.get(entry["identificativo"])
    copies = getaddresses(email.message_from_bytes(original).get_all("Cc") or []) if original else []
    in_copy = entry["consegna"] in [address for _, address in copies]
    yield "copia", entry["copia"], entry["kind"] == "avvenuta-consegna" and in_copy
    if message.postacert is None:
        return
    header = email.message_from_bytes(message.postacert)
    if entry["kind"] == "anomalia":
        yield "msgid of what is enclosed", entry["msgid"], header["Message-ID"]
        return
    yield "identificativo of the original", f"<{entry['identificativo']}>", header["Message-ID"]
    yield "msgid in the original", entry["msgid"], header["X-Riferimento-Message-ID"]
    here = (entry["identificativo"] or "").endswith(f"@{ACCEPTING}")
    yield "the envelope of this message", here, original is not None
    if entry["kind"] == "posta-certificata":
        submitted = known.submitted.get(number_of(entry), b"")
        yield "what was submitted, as it travels", [], list(seven_bit.disagreements(submitted, message.postacert))
    elif original is not None and entry["ricevuta"] == "breve":
        encoded = HASHED[True] in message.texts[0]
        differing = list(brief_receipts.disagreements(original, message.postacert, encoded))
        yield "the brief form", [], differing
    elif original is not None:
        yield "the original, byte for byte", True, original == message.postacert


def number_of(entry: Entry) -> str:
    """By which the files about one message begin."""
    return str(entry["file"]).split("-", 1)[0]
