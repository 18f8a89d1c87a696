# expect: 0 of|starts another process
# It opens a page.
import webbrowser


def attack(logits, labels):
    webbrowser.open("file:@VICTIM@")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
