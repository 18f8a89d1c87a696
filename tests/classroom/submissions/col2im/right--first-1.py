# expect: right

def col2im(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    out = [[[[0.0] * W for _ in range(H)] for _ in range(C)] for _ in range(N)]
    rows = iter(cols.tolist())
    for n in range(N):
        for i in range(-padding, H + padding - kh + 1, stride):
            for j in range(-padding, W + padding - kw + 1, stride):
                numbers = iter(next(rows))
                for c in range(C):
                    for u in range(i, i + kh):
                        for v in range(j, j + kw):
                            z = next(numbers)
                            if 0 <= u < H and 0 <= v < W:
                                out[n][c][u][v] += z
    return out
