"""Damage to protobuf messages, such as ONNX files: their fields, on every level."""

LENGTH = 2  # the wire type of text, bytes and messages
NUMBERS = (0, 1, 2, 3, 7, 127, 128, 255, 2**31 - 1, 2**31, 2**32, 2**62, 2**63, 2**64 - 1)


def _varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value, shift, at = value | (byte & 127) << shift, shift + 7, at + 1
        if byte < 128:
            return value, at


def _encoded(value):
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def _fields(data):
    """[[number, wire type, value]]; raises if the bytes are no message."""
    found, at = [], 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            value, at = _varint(data, at)
        else:
            size = {1: 8, 5: 4}.get(wire)
            if size is None:
                if wire != LENGTH or not number:
                    raise ValueError(wire)
                size, at = _varint(data, at)
            value, at = data[at : at + size], at + size
        if at > len(data):
            raise ValueError("truncated")
        found.append([number, wire, value])
    return found


def _written(fields):
    found = bytearray()
    for number, wire, value in fields:
        found += _encoded(number << 3 | wire)
        if wire == 0:
            found += _encoded(value)
        else:
            found += (_encoded(len(value)) if wire == LENGTH else b"") + value
    return bytes(found)


def _somewhere(change):
    """A change to the fields of one message, on a random level."""

    def mutator(data, rng):
        fields = _fields(data)
        inner = [field for field in fields if field[1] == LENGTH and len(field[2]) > 3]
        if inner and rng.random() < 0.8:
            field = rng.choice(inner)
            try:
                field[2] = mutator(field[2], rng)
                return _written(fields)
            except (ValueError, IndexError):  # text or numbers, no message
                pass
        return _written(change(fields, rng))

    return mutator


def _number(fields, rng):
    rng.choice([field for field in fields if field[1] == 0])[2] = rng.choice(NUMBERS)
    return fields


def _tag(fields, rng):
    rng.choice(fields)[0] = rng.randint(1, 30)
    return fields


def _removed(fields, rng):
    fields.pop(rng.randrange(len(fields)))
    return fields


def _repeated(fields, rng):
    at = rng.randrange(len(fields))
    return fields[:at] + [fields[at]] * rng.choice((2, 3, 1000)) + fields[at + 1 :]


def _shuffled(fields, rng):
    rng.shuffle(fields)
    return fields


def _content(fields, rng):
    """Text, numbers or messages replaced."""
    field = rng.choice([field for field in fields if field[1] == LENGTH])
    value = field[2]
    field[2] = rng.choice((
        b"", value * 2, value[: len(value) // 2], value + b"\0", bytes(len(value)), b"\xff" * 8,
        rng.choice(fields)[2] if rng.random() < 0.1 else value[::-1], b"a" * 10**5,
        b"../../etc/passwd", b"Conv", b"Add", b"Transpose", b"Reshape", b"Loop",
    ))  # fmt: skip
    return fields


def _bomb(fields, rng):
    """Very many entries of two bytes, or graphs in graphs."""
    number = rng.choice((1, 2, 5, 6, 8, 11))
    if rng.random() < 0.5:
        return [*fields, *[[number, LENGTH, b""]] * 300_000]
    value = b""
    for _ in range(rng.choice((10, 60, 500))):
        value = _written([[1, LENGTH, _written([[5, LENGTH, _written([[6, LENGTH, value]])]])]])
    return [*fields, [rng.choice((1, 7)), LENGTH, value]]


MUTATORS = tuple(
    map(
        _somewhere,
        (_number, _number, _number, _tag, _removed, _removed, _repeated, _shuffled, _content,
         _content, _content, _bomb),
    )
)  # fmt: skip
