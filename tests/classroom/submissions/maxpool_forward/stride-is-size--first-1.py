# expect: stride-is-size

def maxpool_forward(x, size, stride):
    # the reshape trick
    N, C, H, W = x.shape
    h, w = H // size, W // size
    return x[:, :, :h * size, :w * size].reshape(N, C, h, size, w, size).max(axis=3).max(axis=4)
