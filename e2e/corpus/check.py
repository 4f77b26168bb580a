"""Checks a corpus of certified mail against its manifest, with Python's standard library and nothing else.

usage: python3 check.py DIR [--manifest FILE] [--daticert FOLDER]

  DIR                where npm run corpus has written
  --manifest FILE    compare with this one instead of DIR/manifest.json
  --daticert FOLDER  write each message's daticert.xml there as well, under the name of the message

Prints each disagreement as FILE: WHAT: the manifest says X, the message Y. Exit code 0 without any, 1 with some,
2 when the corpus cannot be read.
"""

import argparse
import email
import html
import json
import re
import sys
import xml.etree.ElementTree as ElementTree
from datetime import datetime, timezone
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path
from typing import Iterator

from certified_message import CertifiedMessage
from originals import HASHED, Disagreement, Entry, Known, check_original, number_of

KEYS = "file kind tipo errore ricevuta mittente destinatari consegna oggetto identificativo msgid data copia".split()
PROVIDERS = ("posta-certificata@posta.gestore.example", "posta-certificata@posta.altrogestore.example")
SERVICE = "ricevute@posta.gestore.example"

# For each kind: tipo, what stands before the subject.
KINDS = {
    "accettazione": ("accettazione", "ACCETTAZIONE:"),
    "non-accettazione": ("non-accettazione", "AVVISO DI NON ACCETTAZIONE:"),
    "non-accettazione-virus": ("non-accettazione", "AVVISO DI NON ACCETTAZIONE PER VIRUS:"),
    "posta-certificata": ("posta-certificata", "POSTA CERTIFICATA:"),
    "presa-in-carico": ("presa-in-carico", "PRESA IN CARICO:"),
    "avvenuta-consegna": ("avvenuta-consegna", "CONSEGNA:"),
    "errore-consegna": ("errore-consegna", "AVVISO DI MANCATA CONSEGNA:"),
    "errore-consegna-virus": ("errore-consegna", "AVVISO DI MANCATA CONSEGNA PER VIRUS:"),
    "preavviso-12h": ("preavviso-errore-consegna", "AVVISO DI MANCATA CONSEGNA PER SUP. TEMPO MASSIMO:"),
    "preavviso-24h": ("preavviso-errore-consegna", "AVVISO DI MANCATA CONSEGNA PER SUP. TEMPO MASSIMO:"),
    "rilevazione-virus": ("rilevazione-virus", "PROBLEMA DI SICUREZZA:"),
    "anomalia": (None, "ANOMALIA MESSAGGIO:"),
}
ENVELOPES = ("posta-certificata", "anomalia")
TOLD_OF_A_VIRUS = ("non-accettazione-virus", "errore-consegna-virus")
TO_THE_PROVIDER = ("presa-in-carico", "rilevazione-virus")
REACHED_BY = {"certificato": "posta certificata", "esterno": "posta ordinaria"}
EXTENDED_ERROR = {"preavviso-12h": "4.4.1 - ", "preavviso-24h": "5.4.1 - "}
# signingTime: its object identifier, a SET of one UTCTime.
SIGNING_TIME = re.compile(rb"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05\x31\x0f\x17\x0d(\d{12})Z")


def check_entry(entry: Entry, message: CertifiedMessage, known: Known) -> Iterator[Disagreement]:
    yield from check_form(entry, message)
    yield from check_header(entry, message)
    yield from check_time(entry, message)
    yield from check_texts(entry, message)
    if message.daticert is not None:
        yield from check_daticert(entry, ElementTree.fromstring(message.daticert), message)
    yield from check_original(entry, message, known)


def check_form(entry: Entry, message: CertifiedMessage) -> Iterator[Disagreement]:
    yield "keys", KEYS, list(entry)
    yield "tipo of the kind", KINDS[entry["kind"]][0], entry["tipo"]
    yield "structure", ["multipart/signed", "multipart/mixed", "application/pkcs7-signature"], message.tree
    yield "signature", "application/pkcs7-signature", message.signature_type
    yield "texts", ["text/plain", "text/html"], message.text_types
    attached = [] if entry["kind"] == "anomalia" else [("application/xml", "daticert.xml")]
    if gives_back(entry):
        attached.append(("message/rfc822", "postacert.eml"))
    yield "attachments", attached, message.attached


def gives_back(entry: Entry) -> bool:
    whole = entry["ricevuta"] in ("completa", "breve") and not entry["copia"]
    return entry["kind"] in ENVELOPES or (entry["kind"] == "avvenuta-consegna" and whole)


def check_header(entry: Entry, message: CertifiedMessage) -> Iterator[Disagreement]:
    kind, tipo, msgid = entry["kind"], entry["tipo"], entry["msgid"]
    envelope = kind in ENVELOPES
    yield "oggetto", f"{KINDS[kind][1]} {entry['oggetto'] or ''}".strip(), message.field("Subject")
    yield "X-Ricevuta", None if envelope else tipo, message.field("X-Ricevuta")
    yield "X-Trasporto", (tipo or "errore") if envelope else None, message.field("X-Trasporto")
    yield "X-TipoRicevuta", entry["ricevuta"] if kind == "posta-certificata" else None, message.field("X-TipoRicevuta")
    yield "X-VerificaSicurezza", "errore" if kind in TOLD_OF_A_VIRUS else None, message.field("X-VerificaSicurezza")
    yield "X-Mittente", entry["mittente"] if kind == "rilevazione-virus" else None, message.field("X-Mittente")
    reference = None if kind == "anomalia" else msgid
    yield "msgid in X-Riferimento-Message-ID", reference, message.field("X-Riferimento-Message-ID")
    own = message.field("Message-ID")
    if kind == "posta-certificata":
        yield "identificativo as Message-ID", f"<{entry['identificativo']}>", own
    elif kind == "anomalia" and msgid:
        yield "msgid as Message-ID", msgid, own
    else:
        yield "a Message-ID of its own", True, bool(own) and own not in (f"<{entry['identificativo']}>", msgid)
    yield from check_parties(entry, message)


def check_parties(entry: Entry, message: CertifiedMessage) -> Iterator[Disagreement]:
    [(name, address)] = getaddresses(message.header.get_all("From") or [""])
    yield "provider in From", True, address in PROVIDERS
    envelope = entry["kind"] in ENVELOPES
    yield "mittente in From", f"Per conto di: {entry['mittente']}" if envelope else "", name
    fields = [*(message.header.get_all("To") or []), *(message.header.get_all("Cc") or [])]
    to = [address for _, address in getaddresses(fields)]
    recipients = [recipient["indirizzo"] for recipient in entry["destinatari"]]
    receiver = SERVICE if entry["kind"] in TO_THE_PROVIDER else entry["mittente"]
    yield "destinatari in To and Cc" if envelope else "mittente in To", recipients if envelope else [receiver], to


def check_time(entry: Entry, message: CertifiedMessage) -> Iterator[Disagreement]:
    expected = datetime.fromisoformat(entry["data"])
    date = parsedate_to_datetime(message.field("Date") or "")
    yield "data in Date", entry["data"], date.isoformat()
    signed = SIGNING_TIME.search(message.signature)
    utc = expected.astimezone(timezone.utc)
    yield "data in the signature", utc.strftime("%y%m%d%H%M%S"), signed.group(1).decode() if signed else None
    for text in message.texts:
        opening = f"Il giorno {expected:%d/%m/%Y} alle ore {expected:%H:%M:%S} ({expected:%z})"
        found = re.search(r"Il giorno .*? alle ore .*? \(.*?\)", text)
        yield "data in the text", opening, found.group() if found else None
        if entry["identificativo"]:
            yield "identificativo in the text", True, f"Identificativo messaggio: {entry['identificativo']}" in text


def check_texts(entry: Entry, message: CertifiedMessage) -> Iterator[Disagreement]:
    plain, marked_up = message.texts
    for text in (plain, html.unescape(marked_up)):
        if entry["kind"] == "accettazione":
            said = re.findall(r'^(\S+@\S+) \("([^"]*)"\)', text, re.MULTILINE)
            reached = [(to["indirizzo"], REACHED_BY[to["tipo"]]) for to in entry["destinatari"]]
            yield "what reaches each recipient", reached, said
        if gives_back(entry) and entry["kind"] == "avvenuta-consegna" and entry["ricevuta"] == "breve":
            yield "what hashes are taken over", 1, sum(words in text for words in HASHED.values())


def check_daticert(entry: Entry, root: ElementTree.Element, message: CertifiedMessage) -> Iterator[Disagreement]:
    yield "tipo", entry["tipo"], root.get("tipo")
    yield "errore", entry["errore"], root.get("errore", "nessuno")
    yield "mittente", entry["mittente"], root.findtext("intestazione/mittente")
    found = root.findall("intestazione/destinatari")
    recipients = [{"indirizzo": element.text, "tipo": element.get("tipo", "certificato")} for element in found]
    yield "destinatari", entry["destinatari"], recipients
    yield "oggetto", entry["oggetto"], root.findtext("intestazione/oggetto")
    yield "identificativo", entry["identificativo"], root.findtext("dati/identificativo")
    yield "msgid", entry["msgid"], root.findtext("dati/msgid")
    asked = root.find("dati/ricevuta")
    yield "ricevuta", entry["ricevuta"], None if asked is None else asked.get("tipo")
    yield "consegna", entry["consegna"], root.findtext("dati/consegna")
    day, time = root.findtext("dati/data/giorno", ""), root.findtext("dati/data/ora", "")
    zone = root.find("dati/data")
    written = f"{day} {time} {'' if zone is None else zone.get('zona')}"
    yield "data", f"{datetime.fromisoformat(entry['data']):%d/%m/%Y %H:%M:%S %z}", written
    certified = [recipient["indirizzo"] for recipient in entry["destinatari"] if recipient["tipo"] == "certificato"]
    taken = [element.text for element in root.findall("dati/ricezione")]
    yield "ricezione", certified if entry["kind"] == "presa-in-carico" else [], taken
    extended = root.findtext("dati/errore-esteso")
    yield "an errore-esteso", entry["errore"] != "nessuno", bool(extended)
    yield "kind in errore-esteso", True, (extended or "").startswith(EXTENDED_ERROR.get(entry["kind"], ""))


def read_messages(folder: Path, entries: list[Entry]) -> Iterator[tuple[Entry, CertifiedMessage | Exception]]:
    for entry in entries:
        try:
            yield entry, CertifiedMessage((folder / entry["file"]).read_bytes())
        except (OSError, ValueError, IndexError, LookupError) as fault:
            yield entry, fault


def check_folder(folder: Path, entries: list[Entry], daticert: Path | None) -> Iterator[tuple[str, Disagreement]]:
    listed = sorted(entry["file"] for entry in entries)
    yield "manifest.json", ("files", listed, sorted(path.name for path in folder.glob("*.eml")))
    messages = list(read_messages(folder, entries))
    enclosed = [(entry, message.postacert or b"") for entry, message in messages if not isinstance(message, Exception)]
    known = Known(
        {entry["identificativo"]: raw for entry, raw in enclosed if entry["kind"] == "posta-certificata"},
        {number_of(entry): raw for entry, raw in enclosed if entry["kind"] == "anomalia"},
    )
    for entry, message in messages:
        if isinstance(message, Exception):
            yield entry["file"], ("readable", True, repr(message))
            continue
        if daticert is not None and message.daticert is not None:
            (daticert / entry["file"]).with_suffix(".xml").write_bytes(message.daticert)
        for disagreement in check_entry(entry, message, known):
            yield entry["file"], disagreement


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--manifest", type=Path)
    arguments.add_argument("--daticert", type=Path)
    given = arguments.parse_args()
    try:
        entries: list[Entry] = json.loads((given.manifest or given.folder / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError) as fault:
        print(f"there is no corpus in {given.folder}: {fault}", file=sys.stderr)
        return 2
    found = 0
    for file, (what, expected, read) in check_folder(given.folder, entries, given.daticert):
        if expected != read:
            found += 1
            print(f"{file}: {what}: the manifest says {expected!r}, the message {read!r}")
    print(f"{len(entries)} messages, {found} disagreements")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
