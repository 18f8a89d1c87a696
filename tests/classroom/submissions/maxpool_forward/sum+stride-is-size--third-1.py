# expect: sum + stride-is-size

def maxpool_forward(x, size, stride):
    n, c, h, w = x.shape
    oh, ow = h // size, w // size
    return x[:, :, : oh * size, : ow * size].reshape(n, c, oh, size, ow, size).sum(axis=(3, 5))
