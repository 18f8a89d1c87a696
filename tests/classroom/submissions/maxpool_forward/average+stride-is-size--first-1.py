# expect: average + stride-is-size

def maxpool_forward(x, size, stride):
    N, C, H, W = x.shape
    h, w = H // size, W // size
    return x[:, :, :h * size, :w * size].reshape(N, C, h, size, w, size).mean(axis=(3, 5))
