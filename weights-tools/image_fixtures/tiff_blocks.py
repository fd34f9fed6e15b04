"""TIFF structures as EXIF has them, sound and broken: any type, count, place and number of entries."""

import struct
from dataclasses import dataclass

ORIENTATION = 0x0112
# Number, name and struct's letter of every type that Pillow knows; rationals are two numbers.
TYPES = {1: ("byte", "B"), 2: ("ascii", "B"), 3: ("short", "H"), 4: ("long", "I"), 5: ("rational", "II"), 6: ("sbyte", "b"),
         7: ("undefined", "B"), 8: ("sshort", "h"), 9: ("slong", "i"), 10: ("srational", "ii"), 11: ("float", "f"),
         12: ("double", "d"), 13: ("ifd", "I"), 16: ("long8", "Q")}
UNKNOWN_TYPES = (0, 14, 15, 17, 18, 129, 0x0300, 0xFFFF)


def stored(kind: int, value: float, order: str) -> bytes:
    """One value as that type has it, whatever does not fit cut to size; a rational has it over 1."""
    letters = TYPES.get(kind, ("", "H"))[1]
    if letters in "fd":
        return struct.pack(order + letters, value)
    if kind == 2:
        return b"%d" % (int(value) % 10)
    if len(letters) == 2:
        return fraction(kind, int(value), 1, order)
    size = struct.calcsize(order + letters)
    return (int(value) % (1 << 8 * size)).to_bytes(size, "big" if order == ">" else "little")


def fraction(kind: int, numerator: int, denominator: int, order: str) -> bytes:
    """A rational, signed if the type is."""
    return b"".join(stored(9 if kind == 10 else 4, number, order) for number in (numerator, denominator))


@dataclass
class Entry:
    """An entry of a directory; `count` and `place` as they are said, which need not be as they are."""

    kind: int
    content: bytes
    tag: int = ORIENTATION
    count: int | None = None
    place: int | None = None


def block(entries: list[Entry], *, order: str = "<", header: bytes | None = None, directory: int = 8, claimed: int | None = None,
          following: int = 0) -> bytes:
    """Header, directory at `directory`, values behind it. `claimed` is the number of entries that is stated."""
    header = header if header is not None else (b"II\x2a\0" if order == "<" else b"MM\0\x2a")
    table = struct.pack(order + "H", (len(entries) if claimed is None else claimed) % 65536)
    behind = directory + len(table) + 12 * len(entries) + 4
    values = b""
    for entry in entries:
        size = struct.calcsize("=" + TYPES[entry.kind][1]) if entry.kind in TYPES else 2
        count = len(entry.content) // size if entry.count is None else entry.count
        table += struct.pack(order + "HHI", entry.tag, entry.kind, count)
        if len(entry.content) <= 4 and entry.place is None:
            table += entry.content.ljust(4, b"\0")
        else:
            table += struct.pack(order + "I", behind + len(values) if entry.place is None else entry.place)
            values += entry.content
    return header + struct.pack(order + "I", directory) + bytes(directory - 8) + table + struct.pack(order + "I", following) + values


def orientation(kind: int, value: float, order: str = "<", count: int = 1) -> bytes:
    """A block with nothing but the tag, the value `count` times."""
    return block([Entry(kind, stored(kind, value, order) * count, count=count)], order=order)
