# expect: imports _xxsubinterpreters|imports _interpreters|starts another process|No module
# Another interpreter in this process has no hook.


def attack(logits, labels):
    try:
        import _interpreters as interpreters
    except ModuleNotFoundError:
        import _xxsubinterpreters as interpreters
    interpreters.run_string(interpreters.create(), "print(open('@SECRET@').read())")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
