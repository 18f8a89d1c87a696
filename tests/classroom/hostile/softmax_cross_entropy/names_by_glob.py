# expect: uses os.scandir|0 of
# It lists the files of others.
import glob


def attack(logits, labels):
    print(glob.glob("@OUTSIDE@/*"))


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
