# expect: flipped

def linear_to_convolution(w, channels, height, width):
    return w.reshape(-1, channels, height, width)[:, :, :, ::-1]
