# Asks for the address of a name.
def relu_forward(x):
    import socket
    socket.gethostbyname("localhost")
    return x
