# expect: 0 of|Error|ends the process|was ended
# Classes of ctypes are found among all classes; an address is called.


def attack(logits, labels):
    def below(cls):
        for found in type.__subclasses__(cls):
            yield found
            yield from below(found)

    for cls in list(below(object)):
        if cls.__name__ == "CFuncPtr" or cls.__name__ == "_CFuncPtr":
            for number, line in enumerate(open("/proc/self/maps")):
                if "libc" in line and "r-xp" in line:
                    base = int(line.split("-")[0], 16) - int(line.split()[2], 16)
                    Function = type("F", (cls,), {"_flags_": 1, "_restype_": None})
                    Function(base)(b"touch @OUTSIDE@/was-here")
                    return


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
