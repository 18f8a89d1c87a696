# expect: right

def im2col(x, kh, kw, stride, padding):
    x = x.tolist()
    N, C, H, W = len(x), len(x[0]), len(x[0][0]), len(x[0][0][0])
    rows = []
    for n in range(N):
        for top in range(-padding, H + padding - kh + 1, stride):
            for left in range(-padding, W + padding - kw + 1, stride):
                row = []
                for c in range(C):
                    for i in range(top, top + kh):
                        for j in range(left, left + kw):
                            row.append(x[n][c][i][j] if 0 <= i < H and 0 <= j < W else 0.0)
                rows.append(row)
    return rows
