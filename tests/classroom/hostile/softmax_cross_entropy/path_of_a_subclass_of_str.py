# expect: reads the file
# A path whose methods lie.
import os


class Path(str):
    def startswith(self, *arguments):
        return True

    def split(self, *arguments):
        return os.getcwd().split("/")

    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


def attack(logits, labels):
    print(open(Path("@SECRET@")).read())


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
