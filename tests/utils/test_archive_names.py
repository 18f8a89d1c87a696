"""Names in zips that do not say how they are encoded."""

import zipfile

import pytest

from minivgg.utils.archive_names import name_in_zip, names_in_zip


def entries(names, encoding):
    """As zipfile gives them: bytes without a mark are decoded as cp437."""
    return [zipfile.ZipInfo(name.encode(encoding).decode("cp437")) for name in names]


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("utf-8", ["Müller/1.png", "犬/1.png"]),
        ("cp437", ["Müller/größe.png", "été/à.png", "Ñandú/1.png", "Öl/1.png"]),
        ("cp949", ["강아지/사진1.jpg", "고양이/2.jpg"]),
        ("cp932", ["ねこ/写真.jpg", "表/1.jpg"]),
        ("gbk", ["鱼/1.jpg", "羊/2.jpg"]),
        # read as Korean, one letter of each is usual and the other is not
        ("gbk", ["小狗/1.jpg"]), ("gbk", ["测试/2.jpg", "训练/1.jpg"]), ("gbk", ["香蕉/1.jpg"]),
    ],
)  # fmt: skip
def test_all_names_together_decide(encoding, names):
    assert names_in_zip(entries(names, encoding)) == names


def test_the_mark_of_utf8_decides_alone_and_ascii_names_are_no_evidence():
    marked = zipfile.ZipInfo("é")
    marked.flag_bits |= 0x800
    assert names_in_zip([marked, *entries(["a.png", "강아지"], "cp949")]) == [
        "é",
        "a.png",
        "강아지",
    ]
    assert names_in_zip(entries(["a.png"], "cp949")) == ["a.png"]
    (encrypted,) = entries(["강아지"], "cp949")
    encrypted.flag_bits |= 1  # says nothing about the name
    assert names_in_zip([encrypted]) == ["강아지"]
    assert names_in_zip([]) == []


def test_a_single_name_is_decided_as_in_hand_ins():
    (entry,) = entries(["강아지"], "cp949")
    assert name_in_zip(entry) == "강아지"


def test_names_of_several_encodings_are_each_read_alone():
    mixed = [*entries(["강아지"], "cp949"), *entries(["Müller"], "cp437"), *entries(["é"], "utf-8")]
    assert names_in_zip(mixed) == ["강아지", "Müller", "é"]
