# expect: transposed-first + flipped

def linear_to_convolution(w, channels, height, width):
    return w.T.copy().reshape(-1, channels, height, width)[:, :, ::-1, ::-1]
