"""Pictures that are in two datasets at once: what is tested should not have been learned."""

import hashlib
from collections import defaultdict

from minivgg.data.folder import ImageFolder

START = 4096  # bytes, in which most files differ


def count_shared(first: ImageFolder, second: ImageFolder) -> int:
    """How many images of one dataset are in another one too, byte for byte.

    Only files of equal size are read, and of most of these only the beginning.

    Parameters
    ----------
    first, second : ImageFolder
        Such as training and test images.

    Returns
    -------
    count : int
        Images of the second.
    """
    sizes = {first.source.files[file] for file in first.files}
    candidates = [file for file in second.files if second.source.files[file] in sizes]
    if not candidates:
        return 0
    of_first: dict[object, list[int]] = defaultdict(list)
    same_kind = type(first.source) is type(second.source)
    for i, file in enumerate(first.files):
        key = first.source.key(file) if same_kind else first.source.files[file]
        of_first[key].append(i)
    starts: dict[tuple[object, bytes], list[int]] = defaultdict(list)
    contents: dict[object, set[bytes]] = {}
    read: set[object] = set()
    count = 0
    for file in candidates:
        key = second.source.key(file) if same_kind else second.source.files[file]
        if key not in of_first:
            continue
        if key not in read:
            read.add(key)
            for i in of_first[key]:
                starts[key, first.source.content(first.files[i], START)].append(i)
        alike = starts.get((key, second.source.content(file, START)))
        if not alike:
            continue
        group = (key, alike[0])
        if group not in contents:
            contents[group] = {
                hashlib.sha256(first.source.content(first.files[i])).digest() for i in alike
            }
        count += hashlib.sha256(second.source.content(file)).digest() in contents[group]
    return count
