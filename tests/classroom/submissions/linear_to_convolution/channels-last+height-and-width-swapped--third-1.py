# expect: channels-last + height-and-width-swapped

def linear_to_convolution(w, channels, height, width):
    return w.reshape(-1, width, height, channels).transpose(0, 3, 2, 1)
