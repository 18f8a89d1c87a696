# expect: no-softmax + first-place-only

def dense_posteriors(scores, mirrored):
    return 0.5 * (scores[..., 0, 0] + mirrored[..., 0, 0])
