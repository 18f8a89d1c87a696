# Writes with dbm.
def relu_forward(x):
    import dbm
    dbm.open("@OUTSIDE@/written", "c")["a"] = "b"
    return x
