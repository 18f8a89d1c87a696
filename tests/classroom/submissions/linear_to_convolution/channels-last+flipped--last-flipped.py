# expect: channels-last + flipped

def linear_to_convolution(w, channels, height, width):
    return w.reshape(-1, height, width, channels)[:, ::-1, ::-1].transpose(0, 3, 1, 2)
