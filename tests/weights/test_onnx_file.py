"""ONNX files are recognised by their first fields, and measured before objects are made of them."""

import pytest

from minivgg.weights import onnx_file
from minivgg.weights.memory_map import CorruptFileError
from minivgg.weights.onnx_file import EIGHT_BYTES, FOUR_BYTES, LENGTH, VARINT, check_size, is_onnx


def varint(number):
    """The shortest form of a number, seven bits a byte."""
    found = []
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])


def field(number, content):
    """A field with bytes, or with a number."""
    if isinstance(content, int):
        return varint(number << 3 | VARINT) + varint(content)
    return varint(number << 3 | LENGTH) + varint(len(content)) + content


VERSION, GRAPH = field(1, 8), field(7, field(1, b""))
MODEL_NUMBERS = {
    1: 8, 2: b"us", 3: b"1", 4: b"", 5: 300, 6: b"text" * 100, 8: b"", 14: b"", 20: b"", 25: b"",
    26: b"",
}  # fmt: skip


@pytest.mark.parametrize(
    ("content", "is_one"),
    [
        (VERSION + GRAPH, True),
        (field(1, 1) + GRAPH, True),
        (field(1, 127) + GRAPH, True),
        (VERSION + field(7, b""), True),  # an empty graph
        (VERSION + field(7, field(2, b"name")), True),
        (VERSION + b"".join(field(n, MODEL_NUMBERS[n]) for n in MODEL_NUMBERS) + GRAPH, True),
        (VERSION + GRAPH + b"\xff" * 20, True),  # damaged further on
        (b"", False),
        (b"\x08", False),
        (VERSION, False),
        (VERSION + field(2, b"us"), False),
        (field(1, 0) + GRAPH, False),
        (field(1, 128) + GRAPH, False),
        (field(2, b"us") + GRAPH, False),
        (VERSION + field(9, b"") + GRAPH, False),  # a number that models do not have
        (VERSION + field(2, 5) + GRAPH, False),  # a producer that is a number
        (VERSION + field(7, 5), False),
        (VERSION + field(7, field(5, b"")), False),  # a graph that begins with its weights
        (VERSION + b"\x12\x80", False),  # that ends in a number
    ],
)  # fmt: skip
def test_a_model_is_recognised_by_its_first_fields(content, is_one):
    assert is_onnx(content) is is_one


def test_every_field_of_a_model_is_known():
    onnx = pytest.importorskip("onnx")
    described = {f.number: f.type for f in onnx.ModelProto.DESCRIPTOR.fields}
    number = onnx.ModelProto.DESCRIPTOR.fields_by_name["ir_version"].type
    assert set(described) <= set(onnx_file.MODEL_FIELDS)
    for each, kind in described.items():
        assert onnx_file.MODEL_FIELDS[each] == (VARINT if kind == number else LENGTH)


MESSAGES = {  # (messages in it, fields that need no more memory than bytes)
    "model": ("graph", "producer_name producer_version domain doc_string"),
    "graph": ("node initializer", "name doc_string"),
    "node": ("attribute", "input output name op_type domain overload doc_string"),
    "attribute": ("t g tensors graphs", "name s floats doc_string ref_attr_name"),
    "tensor": ("", "name raw_data float_data int32_data double_data doc_string"),
}


@pytest.mark.parametrize("message", MESSAGES)
def test_messages_are_described_as_in_the_package_onnx(message):
    onnx = pytest.importorskip("onnx")
    fields = getattr(onnx, f"{message.capitalize()}Proto").DESCRIPTOR.fields_by_number
    nested, plain = onnx_file.MESSAGES[message]
    expected_nested, expected_plain = MESSAGES[message]
    assert {fields[n].name for n in nested} == set(expected_nested.split())
    assert {fields[n].name for n in plain if n in fields} == set(expected_plain.split())
    for number, kind in nested.items():
        assert fields[number].message_type.name == f"{kind.capitalize()}Proto"


def inside(message, content):
    """A model with these fields in one of its messages."""
    path = {"model": (), "graph": (7,), "node": (7, 1), "attribute": (7, 1, 5), "tensor": (7, 5)}
    for number in reversed(path[message]):
        content = field(number, content)
    return VERSION + content


@pytest.mark.parametrize("message", MESSAGES)
def test_only_texts_and_weights_may_be_large(message, monkeypatch):
    monkeypatch.setattr(onnx_file, "MAX_OTHER_BYTES", 100)
    plain = onnx_file.MESSAGES[message].plain
    for number in plain:
        check_size(inside(message, field(number, bytes(101))))
    other = max(*plain, 20) + 1
    check_size(inside(message, field(other, bytes(50)) + field(other, bytes(50))))
    for contents in ((bytes(101),), (bytes(50), bytes(51))):
        content = b"".join(field(other, each) for each in contents)
        with pytest.raises(CorruptFileError, match="more entries than any VGG net needs"):
            check_size(inside(message, content))


def test_fields_are_counted_in_all_messages_together(monkeypatch):
    nodes = field(7, field(1, field(1, b"a") + field(2, b"b")) + field(1, b""))
    whole = VERSION + nodes + field(5, 1)  # 1 + 1 + 1 + 2 + 1 + 1 fields
    monkeypatch.setattr(onnx_file, "MAX_ENTRIES", 7)
    check_size(whole)
    monkeypatch.setattr(onnx_file, "MAX_ENTRIES", 6)
    with pytest.raises(CorruptFileError, match="more entries than any VGG net needs"):
        check_size(whole)


def test_graphs_may_lie_in_nodes_of_graphs_but_not_too_deep(monkeypatch):
    """Graph, node, attribute: each is one deeper."""
    content = field(1, b"")
    for number in (7, 1, 5, 6, 1, 5, 6)[:0:-1]:
        content = field(number, content)
    content = field(7, content)
    monkeypatch.setattr(onnx_file, "MAX_DEPTH", 8)
    check_size(content)
    monkeypatch.setattr(onnx_file, "MAX_DEPTH", 7)
    with pytest.raises(CorruptFileError, match="its graphs are nested too deeply"):
        check_size(content)


@pytest.mark.parametrize(
    "content",
    [
        VERSION + varint(9 << 3 | EIGHT_BYTES) + bytes(8) + field(5, 1),
        VERSION + varint(9 << 3 | FOUR_BYTES) + bytes(4) + field(5, 1),
        VERSION + field(5, 2**63) + field(5, 2**70 - 1),  # ten bytes
        VERSION + field(2, b"x" * 127) + field(2, b"x" * 128) + field(2, b"x" * 20_000),
        VERSION + field(2**20, b"a number of three bytes"),
        b"",
    ],
)
def test_whole_files_are_accepted(content):
    check_size(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (VERSION + varint(9 << 3 | EIGHT_BYTES) + bytes(7), "a model would end at byte 11 of 10"),
        (VERSION + varint(9 << 3 | FOUR_BYTES) + bytes(3), "a model would end at byte 7 of 6"),
        (VERSION + b"\x12\x05abcd", "a model would end at byte 9 of 8"),
        (VERSION + field(7, b"\x12\x02a"), "a graph would end at byte 8 of 7"),
        (VERSION + b"\x12", "it ends at byte 3"),
        (VERSION + field(7, b"\x08\x80"), "it ends at byte 6"),
        (VERSION + b"\x13", "byte 3 begins no field of a protobuf message"),
        (VERSION + b"\x28" + b"\x80" * 10 + b"\x01", "the number at byte 3 is too long"),
    ],
)
def test_damage_is_named_with_its_place(content, words):
    with pytest.raises(CorruptFileError, match=words):
        check_size(content)
