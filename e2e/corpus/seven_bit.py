"""How a message travels: its 8-bit parts in 7 bits, what its author has signed as it stands."""

from typing import Iterator

from brief_receipts import Part, content_of, read_part


def disagreements(submitted: bytes, travelling: bytes) -> Iterator[str]:
    """Where a message says something else than what was submitted, or has kept 8-bit parts that nobody has signed."""
    yield from compare(read_part(submitted), read_part(travelling))


def compare(before: Part, after: Part) -> Iterator[str]:
    if (before.type, len(before.children)) != (after.type, len(after.children)):
        yield f"{before.type} of {len(before.children)} parts became {after.type} of {len(after.children)}"
    elif before.type == "multipart/signed":
        if before.body != after.body:
            yield "what the author has signed was changed"
    elif before.children:
        for child, changed in zip(before.children, after.children):
            yield from compare(child, changed)
    else:
        if content_of(before) != content_of(after):
            yield f"a part {before.type} decodes to something else"
        if not after.body.isascii():
            yield f"a part {before.type} that nobody has signed is not in 7 bits"
