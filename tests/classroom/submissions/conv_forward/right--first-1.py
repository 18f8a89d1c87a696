# expect: right

def conv_forward(x, w, b, stride, padding):
    x, w, b = x.tolist(), w.tolist(), b.tolist()
    C, H, W = len(x[0]), len(x[0][0]), len(x[0][0][0])
    kh, kw = len(w[0][0]), len(w[0][0][0])
    result = []
    for image in x:
        maps = []
        for f in range(len(w)):
            rows = []
            for i in range(-padding, H + padding - kh + 1, stride):
                row = []
                for j in range(-padding, W + padding - kw + 1, stride):
                    total = b[f]
                    for c in range(C):
                        for u in range(kh):
                            for v in range(kw):
                                if 0 <= i + u < H and 0 <= j + v < W:
                                    total += image[c][i + u][j + v] * w[f][c][u][v]
                    row.append(total)
                rows.append(row)
            maps.append(rows)
        result.append(maps)
    return result
