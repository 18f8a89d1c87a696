# Writes from a thread.
def relu_forward(x):
    import threading
    thread = threading.Thread(target=lambda: open("@OUTSIDE@/written.txt", "w").write("here"))
    thread.start()
    thread.join()
    return x
