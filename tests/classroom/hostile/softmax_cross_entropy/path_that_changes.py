# expect: is not text
# A path that is another one when it is asked again.
import io


class Path:
    count = 0

    def __fspath__(self):
        self.count += 1
        return "@SECRET@" if self.count == 1 else "nothing"


def attack(logits, labels):
    print(io.FileIO(Path()).read())


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
