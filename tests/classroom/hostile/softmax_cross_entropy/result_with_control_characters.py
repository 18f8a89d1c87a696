# expect: Wrong|fails
# An error that would change the terminal and the page.


def attack(logits, labels):
    raise type("\x1b]0;owned\x07<script>", (Exception,), {})("\x1b[2J<script>alert(1)</script>\ud800")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
