"""Names in zips that do not say how they are encoded."""

import zipfile

import pytest

from minivgg.utils.archive_names import name_in_zip, names_in_zip, unreadable_archive


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


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp932", "ぁ"), ("cp932", "ー"), ("cp932", "一ぁ"), ("cp932", "ん熙"), ("gbk", "鱼一"),
        ("cp949", "가"), ("cp949", "힝"), ("cp949", "가 1"),
    ],
)  # fmt: skip
def test_the_first_and_last_letters_of_a_language_count(encoding, name):
    assert names_in_zip(entries([f"{name}/1.png"], encoding)) == [f"{name}/1.png"]


def test_a_name_with_a_foreign_letter_beside_a_latin_one_is_no_evidence():
    """Möller in the standard encoding would be a Korean syllable between Latin letters."""
    for names in (["Möller"], ["Möller", "Löwe"], ["größe/1.png"]):
        assert names_in_zip(entries(names, "cp437")) == names


@pytest.mark.parametrize(
    ("start", "name"),
    [
        (b"Rar!\x1a", "RAR"), (b"7z\xbc\xaf\x27", "7-Zip"), (b"ALZ\x01", "ALZip"),
        (b"EGGA", "ALZip"), (b"PK\3\4", None), (b"ALZ\x02", None), (b"xRar!", None), (b"", None),
    ],
)  # fmt: skip
def test_archives_of_other_programs_by_their_first_bytes(start, name):
    assert unreadable_archive(start) == name


def test_one_usual_syllable_is_enough_for_korean_and_a_rare_one_alone_is_not():
    """Rare ones are not in the older code, and look like names of other languages."""
    together, alone = entries(["강뷁"], "cp949"), entries(["뷁"], "cp949")
    assert name_in_zip(together[0]) == "강뷁"
    assert names_in_zip(together) == ["강뷁"]
    assert name_in_zip(alone[0]) == alone[0].orig_filename
    assert name_in_zip(entries(["a.png"], "ascii")[0]) == "a.png"
