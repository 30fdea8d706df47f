"""Makes a screenshot small: at most 256 colours, the rarer ones as the nearest of these.

Chromium writes true colour with transparency. A page of flat colours and letters needs neither, and
so becomes a third as large. Pure Python, a second or two a picture.
"""
import struct
import zlib
from collections import Counter

MOST_COLOURS = 256


def pixels_of(png):
    """(width, height, rows of bytes, bytes a pixel) of a PNG with 8 bits a channel, not interlaced."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n", "not a PNG"
    data, at = b"", 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at:at + 8])
        body = png[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            assert depth == 8 and colour in (2, 6) and not interlaced, "another kind of PNG"
        elif kind == b"IDAT":
            data += body
        at += 12 + length
    size = 4 if colour == 6 else 3
    raw, rows, above = zlib.decompress(data), [], bytes(width * size)
    for y in range(height):
        start = y * (width * size + 1)
        above = unfiltered(raw[start], bytearray(raw[start + 1:start + 1 + width * size]), above, size)
        rows.append(bytes(above))
    return width, height, rows, size


def unfiltered(kind, row, above, size):
    for i in range(len(row)):
        left = row[i - size] if i >= size else 0
        if kind == 1:
            row[i] = (row[i] + left) & 255
        elif kind == 2:
            row[i] = (row[i] + above[i]) & 255
        elif kind == 3:
            row[i] = (row[i] + (left + above[i]) // 2) & 255
        elif kind == 4:
            corner = above[i - size] if i >= size else 0
            p = left + above[i] - corner
            near = min((abs(p - left), 0, left), (abs(p - above[i]), 1, above[i]), (abs(p - corner), 2, corner))
            row[i] = (row[i] + near[2]) & 255
    return row


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def shrink(png):
    width, height, rows, size = pixels_of(png)
    pixels = [[row[i:i + 3] for i in range(0, len(row), size)] for row in rows]
    counts = Counter()
    for row in pixels:
        counts.update(row)
    # Of equally frequent ones always the same.
    palette = [colour for colour, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_COLOURS]]
    place = {colour: i for i, colour in enumerate(palette)}
    for colour in counts:
        if colour not in place:
            place[colour] = min(range(len(palette)), key=lambda i: sum((a - b) ** 2 for a, b in zip(palette[i], colour)))
    data = b"".join(b"\0" + bytes(place[pixel] for pixel in row) for row in pixels)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))
            + chunk(b"PLTE", b"".join(palette)) + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b""))
