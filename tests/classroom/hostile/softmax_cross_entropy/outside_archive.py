# expect: uses os.mkdir|writes the file|uses os
# It unpacks an archive.
import tarfile


def attack(logits, labels):
    with tarfile.open("x.tar", "w") as archive:
        open("was-here", "w").write("1")
        archive.add("was-here")
    tarfile.open("x.tar").extractall("@OUTSIDE@")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
