# expect: inputs-first + flipped

def linear_to_convolution(w, channels, height, width):
    f = w.reshape(-1, channels, height, width).swapaxes(0, 1)
    return f[:, :, ::-1, ::-1]
