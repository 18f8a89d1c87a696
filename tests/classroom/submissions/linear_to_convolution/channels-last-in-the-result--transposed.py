# expect: channels-last-in-the-result

def linear_to_convolution(w, channels, height, width):
    return w.reshape(-1, channels, height, width).transpose(0, 2, 3, 1)
