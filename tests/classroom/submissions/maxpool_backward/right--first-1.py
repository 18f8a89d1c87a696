# expect: right

def maxpool_backward(dy, x, size, stride):
    N, C, H, W = x.shape
    dx = [[[[0.0] * W for _ in range(H)] for _ in range(C)] for _ in range(N)]
    for n in range(N):
        for c in range(C):
            for i in range(len(dy[n, c])):
                for j in range(len(dy[n, c, i])):
                    best = (i * stride, j * stride)
                    for a in range(size):
                        for b in range(size):
                            here = (i * stride + a, j * stride + b)
                            if x[n, c][here] > x[n, c][best]:
                                best = here
                    dx[n][c][best[0]][best[1]] += float(dy[n, c, i, j])
    return dx
