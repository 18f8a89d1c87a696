"""Damage to pictures: segments of JPEG, chunks of PNG whose checksums are right, tags of TIFF."""

import struct
import zlib

SIZES = (0, 1, 2, 255, 256, 4000, 10000, 13000, 32767, 65500, 65535)
NUMBERS = (*SIZES, 2**31 - 1, 2**31, 2**32 - 1)
BYTES = (0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 17, 32, 64, 127, 128, 255)
PNG_START, PNG_NAMES = 8, (b"tRNS", b"PLTE", b"IDAT", b"IEND", b"acTL", b"eXIf", b"iCCP", b"gAMA")
MARKERS = (*range(0xC0, 0xD0), *range(0xD8, 0xE2), 0xEE, 0xFE)
# width, height, bits, compression, photometric, offset, orientation, samples, rows, length, planar,
# predictor, palette, tiles, extra samples, sample format, smallest and largest value
TAGS = (256, 257, 258, 259, 262, 273, 274, 277, 278, 279, 284, 317, 320, 322, 323, 324, 325, 338,
        339, 280, 281, 254, 34665)  # fmt: skip


def _chunks(data):
    found, at = [], PNG_START
    while at + 8 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        found.append([data[at + 4 : at + 8], data[at + 8 : at + 8 + length]])
        at += 12 + length
    return found


def _of_chunks(change):
    def mutator(data, rng):
        chunks = change(_chunks(data), rng)
        return data[:PNG_START] + b"".join(
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
            for name, body in chunks
        )

    return mutator


def _png_header(chunks, rng):
    width, height, *others = struct.unpack(">IIBBBBB", chunks[0][1])
    if rng.random() < 0.5:
        width, height = (rng.choice((value, *NUMBERS)) for value in (width, height))
    else:
        others[rng.randrange(5)] = rng.choice(BYTES)
    chunks[0][1] = struct.pack(">IIBBBBB", width, height, *others)
    return chunks


def _png_content(chunks, rng):
    chunk = rng.choice(chunks[1:])
    body = chunk[1]
    chunk[1] = rng.choice(
        (b"", body * 2, body[: len(body) // 2], rng.randbytes(len(body)), bytes(9))
    )
    return chunks


def _png_pixels(chunks, rng):
    """Other pixels, compressed as they should be, but too few or too many."""
    for chunk in chunks:
        if chunk[0] == b"IDAT":
            size = rng.choice((0, 10, 10**4, 10**6, 10**7))
            chunk[1] = zlib.compress(bytes([rng.randrange(6)]) * size)
    return chunks


def _png_order(chunks, rng):
    at = rng.randrange(len(chunks))
    return rng.choice((
        chunks[:at] + chunks[at + 1 :],
        chunks[:at] + [chunks[at]] * rng.choice((2, 1000)) + chunks[at + 1 :],
        [*chunks[:at], [rng.choice(PNG_NAMES), rng.randbytes(rng.choice((0, 4, 40)))],
         *chunks[at:]],
        rng.sample(chunks, len(chunks)),
    ))  # fmt: skip


def _segments(data):
    """[[marker, content]] up to the first scan, and the rest of the data."""
    found, at = [], 2
    while True:
        marker = data[at + 1]
        (length,) = struct.unpack_from(">H", data, at + 2)
        if data[at] != 0xFF or length < 2:
            raise ValueError(at)
        if marker == 0xDA:
            return found, data[at:]
        found.append([marker, data[at + 4 : at + 2 + length]])
        at += 2 + length


def _of_segments(change):
    def mutator(data, rng):
        segments, rest = _segments(data)
        segments = change(segments, rng)
        return b"\xff\xd8" + b"".join(
            struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body for marker, body in segments
        ) + rest  # fmt: skip

    return mutator


def _jpeg_header(segments, rng):
    frame = next(segment for segment in segments if 0xC0 <= segment[0] <= 0xC2)
    body = bytearray(frame[1])
    if rng.random() < 0.5:
        height, width = struct.unpack_from(">HH", body, 1)
        struct.pack_into(">HH", body, 1, rng.choice((height, *SIZES)), rng.choice((width, *SIZES)))
    else:
        body[rng.choice((0, *range(5, len(body))))] = rng.choice(BYTES)
    frame[1] = bytes(body)
    return segments


def _jpeg_content(segments, rng):
    segment = rng.choice(segments)
    body = segment[1] or b"\0"
    at = rng.randrange(len(body))
    segment[1] = rng.choice((
        body[:at], body[:at] + bytes([rng.choice(BYTES)]) + body[at + 1 :],
        body[:at] + rng.randbytes(1) + body[at + 1 :], body + bytes(9), (body * 2)[:65000],
    ))  # fmt: skip
    return segments


def _jpeg_marker(segments, rng):
    rng.choice(segments)[0] = rng.choice(MARKERS)
    return segments


def _jpeg_order(segments, rng):
    at = rng.randrange(len(segments))
    return rng.choice((
        segments[:at] + segments[at + 1 :],
        segments[:at] + [segments[at]] * rng.choice((2, 500)) + segments[at + 1 :],
        rng.sample(segments, len(segments)),
        [*segments, [0xDD, struct.pack(">H", rng.choice(SIZES))]],
    ))  # fmt: skip


def scans(data, rng):
    """The scans many times, which a progressive decoder reads again and again; or none."""
    at = data.index(b"\xff\xda")
    return data[:at] + data[at:-2] * rng.choice((0, 2, 2000)) + b"\xff\xd9"


def _entries(data):
    """Where the entries of the first directory are, and the order of bytes."""
    order = "<" if data[:2] == b"II" else ">"
    (at,) = struct.unpack_from(order + "I", data, 4)
    (count,) = struct.unpack_from(order + "H", data, at)
    return order, [at + 2 + 12 * i for i in range(count)]


def tag_value(data, rng):
    """The value of a tag, mostly of one that says where the pixels are and how many."""
    order, entries = _entries(data)
    found = bytearray(data)
    for _ in range(rng.choice((1, 1, 2))):
        at = rng.choice(entries)
        short = struct.unpack_from(order + "H", data, at + 2)[0] == 3
        value = rng.choice(SIZES if short else NUMBERS)
        if rng.random() < 0.4:
            value = rng.choice(BYTES)
        struct.pack_into(order + ("H" if short else "I"), found, at + 8, value)
    return bytes(found)


def tag_size(data, rng):
    """Both sides, much larger."""
    order, entries = _entries(data)
    found = bytearray(data)
    for at in entries:
        if struct.unpack_from(order + "H", data, at)[0] in (256, 257, 278):
            struct.pack_into(order + "HII", found, at + 2, 4, 1, rng.choice((4000, 13000, 70000)))
    return bytes(found)


def tag_kind(data, rng):
    """The number, type or count of a tag."""
    order, entries = _entries(data)
    found, at = bytearray(data), rng.choice(entries)
    place, form, value = rng.choice((
        (0, "H", rng.choice(TAGS)), (2, "H", rng.randrange(15)), (4, "I", rng.choice(NUMBERS)),
    ))  # fmt: skip
    struct.pack_into(order + form, found, at + place, value)
    return bytes(found)


def next_directory(data, rng):
    """Where the next directory is: the first one again, beyond the end, ..."""
    order, entries = _entries(data)
    found = bytearray(data)
    first = struct.unpack_from(order + "I", data, 4)[0]
    struct.pack_into(order + "I", found, entries[-1] + 12, rng.choice((first, 8, *NUMBERS)))
    if rng.random() < 0.3:
        struct.pack_into(order + "I", found, 4, rng.choice(NUMBERS))
    return bytes(found)


JPEG = (
    *map(_of_segments, (_jpeg_header, _jpeg_header, _jpeg_content, _jpeg_content, _jpeg_marker,
                        _jpeg_order)),
    scans,
)  # fmt: skip
PNG = tuple(map(_of_chunks, (_png_header, _png_header, _png_content, _png_pixels, _png_order)))
TIFF = (tag_value, tag_value, tag_value, tag_size, tag_kind, next_directory)
