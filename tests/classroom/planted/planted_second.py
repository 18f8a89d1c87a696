"""Answers as students write them, for the assignments loss to dense_evaluation: specimens, most of them wrong on purpose.

In loops, einsum, strides, one-hot matrices, in place, with names of their own; none shares code with the bank. The lists are at the end:
PLANTED (task, names of the mistakes, function), RIGHT (task, function), CONVENTION (task, its name, function), and UNLISTED (task, what is
wrong, function), mistakes that the bank did not know when they were written.
"""

import functools
import itertools
import math
import operator

import numpy as np


# ############################################################ softmax_cross_entropy

# right: softmax_cross_entropy
def sce_right_logsumexp(logits, labels):
    top = logits.max(axis=1, keepdims=True)
    lse = top + np.log(np.exp(logits - top).sum(axis=1, keepdims=True))
    logp = logits - lse
    rows = np.arange(len(labels))
    d = np.exp(logp)
    d[rows, labels] -= 1
    return -logp[rows, labels].mean(), d / len(labels)


# right: softmax_cross_entropy
def sce_right_pure_python(logits, labels):
    z = [[float(v) for v in row] for row in logits]
    n = len(z)
    loss = 0.0
    grad = []
    for row, y in zip(z, labels):
        m = max(row)
        e = [math.exp(v - m) for v in row]
        s = math.fsum(e)
        loss += m + math.log(s) - row[y]
        grad.append([(e[k] / s - (1 if k == y else 0)) / n for k in range(len(row))])
    return [loss / n, np.array(grad)]


# right: softmax_cross_entropy
def sce_right_logaddexp(logits, labels):
    N, K = logits.shape
    target = np.eye(K)[labels]
    logz = np.logaddexp.reduce(logits, axis=1)
    loss = np.sum(logz - np.einsum('nk,nk->n', target, logits)) / N
    return loss, (np.exp(logits - logz[:, None]) - target) / N


# right: softmax_cross_entropy
def sce_right_float32(logits, labels):
    x = np.asarray(logits, dtype=np.float32)
    x = x - np.amax(x, axis=-1)[:, np.newaxis]
    e = np.exp(x)
    s = np.sum(e, axis=-1, keepdims=True)
    hit = np.zeros(x.shape, dtype=bool)
    for i in range(len(labels)):
        hit[i][labels[i]] = True
    loss = (np.log(s)[:, 0] - x[hit]).mean(dtype=np.float32)
    return loss, (e / s - hit.astype(np.float32)) / np.float32(len(x))


# right: softmax_cross_entropy
def sce_right_fortran(logits, labels):
    zt = np.asfortranarray(logits).T.copy()
    zt -= zt.max(0)
    logp = zt - np.log(np.exp(zt).sum(0))
    picked = logp[labels, range(len(labels))]
    dt = np.exp(logp)
    dt[labels, range(len(labels))] -= 1.0
    dt /= len(labels)
    return float(-picked.mean()), dt.T


# right: softmax_cross_entropy
def sce_right_pairwise(logits, labels):
    # p_k = 1 / sum_j exp(z_j - z_k), with the exponent capped so that it cannot overflow
    N, K = logits.shape
    diff = logits[:, None, :] - logits[:, :, None]
    big = diff.max(axis=2)
    logp = -(big + np.log(np.exp(diff - big[:, :, None]).sum(2)))
    t = (np.arange(K)[None] == np.asarray(labels)[:, None])
    return np.array(-logp[t].sum() / N), (np.exp(logp) - t) / N


# planted: softmax_cross_entropy: no-shift
def sce_noshift_take(logits, labels):
    e = np.exp(logits)
    total = e.sum(1, keepdims=True)
    right = np.take_along_axis(logits, np.array(labels)[:, None], axis=1)
    loss = np.mean(np.log(total) - right)
    grad = e / total
    np.put_along_axis(grad, np.array(labels)[:, None],
                      np.take_along_axis(grad, np.array(labels)[:, None], 1) - 1, axis=1)
    return loss, grad / logits.shape[0]


# planted: softmax_cross_entropy: no-shift
def sce_noshift_math(logits, labels):
    # math.exp raises OverflowError where numpy says inf
    N, K = logits.shape
    d = np.zeros((N, K))
    total = 0
    for n in range(N):
        s = 0
        for k in range(K):
            s += math.exp(logits[n, k])
        total -= logits[n, labels[n]] - math.log(s)
        for k in range(K):
            d[n, k] = math.exp(logits[n, k]) / s / N
        d[n, labels[n]] -= 1 / N
    return total / N, d


# planted: softmax_cross_entropy: no-shift
def sce_noshift_shift_for_the_loss_only(logits, labels):
    n = len(labels)
    m = np.max(logits, axis=1)
    lse = m + np.log(np.sum(np.exp(logits.T - m), axis=0))
    loss = sum(lse[i] - logits[i, labels[i]] for i in range(n)) / n
    p = (np.exp(logits).T / np.exp(logits).sum(axis=1)).T
    return loss, (p - np.identity(logits.shape[1])[labels]) / n


# planted: softmax_cross_entropy: no-shift
def sce_noshift_min(logits, labels):
    # subtracts the smallest instead of the largest
    x = logits - logits.min(axis=1, keepdims=True)
    s = np.exp(x).sum(axis=1)
    loss = np.average(np.log(s) - x[np.arange(x.shape[0]), labels])
    d = np.exp(x) / s.reshape(-1, 1)
    d[np.arange(x.shape[0]), labels] -= 1
    d /= x.shape[0]
    return loss, d


# planted: softmax_cross_entropy: one-shift-for-the-batch
def sce_oneshift_builtin_max(logits, labels):
    biggest = max(max(row) for row in logits.tolist())
    losses, rows = [], []
    for row, label in zip(logits, labels):
        e = np.exp(row - biggest)
        losses.append(np.log(e.sum()) - (row[label] - biggest))
        p = e / e.sum()
        p[label] -= 1
        rows.append(p)
    return np.mean(losses), np.stack(rows) / len(rows)


# planted: softmax_cross_entropy: one-shift-for-the-batch
def sce_oneshift_math(logits, labels):
    # ends in ZeroDivisionError or "math domain error", not in nan
    m = float(np.max(logits))
    n = len(logits)
    loss = 0.0
    g = []
    for i in range(n):
        ex = [math.exp(float(z) - m) for z in logits[i]]
        loss += -(float(logits[i][labels[i]]) - m - math.log(sum(ex)))
        g.append([v / sum(ex) / n for v in ex])
        g[i][labels[i]] -= 1 / n
    return loss / n, np.array(g)


# planted: softmax_cross_entropy: one-shift-for-the-batch
def sce_oneshift_first_row(logits, labels):
    c = logits[0].max()
    z = logits - c
    e = np.exp(z)
    logp = z - np.log(e @ np.ones((z.shape[1], 1)))
    onehot = np.zeros_like(z)
    onehot[range(len(z)), labels] = 1
    return -(logp * onehot).sum() / len(z), (np.exp(logp) - onehot) / len(z)


# planted: softmax_cross_entropy: softmax-over-the-batch
def sce_batch_columns(logits, labels):
    N, K = logits.shape
    logp = np.empty((N, K))
    for k in range(K):
        col = logits[:, k]
        m = col.max()
        logp[:, k] = col - m - math.log(np.exp(col - m).sum())
    d = np.exp(logp)
    loss = 0
    for n, y in enumerate(labels):
        loss -= logp[n, y]
        d[n, y] -= 1
    return loss / N, d / N


# planted: softmax_cross_entropy: softmax-over-the-batch
def sce_batch_sum0(logits, labels):
    # shift by rows, sum by columns
    N = logits.shape[0]
    s = logits - logits.max(1)[:, None]
    logp = s - np.log(np.sum(np.exp(s), 0))
    t = np.eye(logits.shape[1])[labels]
    return -np.einsum('ij,ij', t, logp) / N, (np.exp(logp) - t) / N


# planted: softmax_cross_entropy: floor-under-the-logarithm
def sce_floor_loop(logits, labels):
    dlogits = np.zeros(logits.shape)
    loss = 0.
    for i in range(len(logits)):
        e = np.exp(logits[i] - max(logits[i]))
        p = e / sum(e)
        loss += -np.log(p[labels[i]] + 1e-12)
        dlogits[i] = p
        dlogits[i, labels[i]] -= 1
    return loss / len(logits), dlogits / len(logits)


# planted: softmax_cross_entropy: floor-under-the-logarithm
def sce_floor_clip(logits, labels):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = np.clip(e / e.sum(axis=1, keepdims=True), 1e-7, 1 - 1e-7)
    y = np.eye(logits.shape[1])[labels]
    return -np.mean(np.sum(y * np.log(p), axis=1)), (p - y) / len(p)


# planted: softmax_cross_entropy: floor-under-the-logarithm
def sce_floor_tiny(logits, labels):
    tiny = np.finfo(float).tiny
    m = np.amax(logits, 1, keepdims=True)
    p = np.exp(logits - m)
    p /= p.sum(1, keepdims=True)
    q = p[np.arange(len(p)), labels]
    loss = np.mean([-math.log(max(v, tiny)) for v in q])
    p[np.arange(len(p)), labels] -= 1.
    return loss, p / len(p)


# planted: softmax_cross_entropy: floor-under-the-logarithm
def sce_floor_big_eps(logits, labels):
    eps = 1e-5
    ex = np.exp((logits.T - logits.max(1)).T)
    probs = ex / np.sum(ex, 1).reshape(len(ex), 1)
    loss = -np.log(probs[range(len(labels)), labels] + eps).sum() / len(labels)
    delta = np.zeros_like(probs)
    delta[range(len(labels)), labels] = 1
    return loss, (probs - delta) / len(labels)


# planted: softmax_cross_entropy: floor-under-the-logarithm
def sce_floor_where(logits, labels):
    p = np.exp(logits - logits.max(axis=1)[:, None])
    p = p / p.sum(axis=1)[:, None]
    right = np.array([p[i][labels[i]] for i in range(len(p))])
    right = np.where(right == 0, 1e-30, right)
    d = p.copy()
    for i in range(len(p)):
        d[i][labels[i]] -= 1
    return -np.log(right).mean(), d / len(p)


def _probs(rows):
    out = []
    for r in rows:
        m = max(r)
        e = [math.exp(v - m) for v in r]
        out.append([v / sum(e) for v in e])
    return np.array(out)


# planted: softmax_cross_entropy: softmax-twice
def sce_twice_helper(logits, labels):
    p = _probs(_probs(logits))
    n = len(labels)
    loss = -sum(math.log(p[i, y]) for i, y in enumerate(labels)) / n
    p[list(range(n)), labels] -= 1
    return loss, p / n


# planted: softmax_cross_entropy: softmax-twice
def sce_twice_loss_only(logits, labels):
    p = _probs(logits)
    # cross entropy of "the predictions"
    lse = np.log(np.exp(p).sum(axis=1))
    loss = (lse - p[np.arange(len(p)), labels]).mean()
    return loss, (p - np.eye(p.shape[1])[labels]) / len(p)


# planted: softmax_cross_entropy: base-two
def sce_base_two(logits, labels):
    z = logits - logits.max(1, keepdims=True)
    w = 2.0 ** z
    s = w.sum(1, keepdims=True)
    bits = np.log2(s) - z
    rows = np.arange(len(z))
    d = w / s
    d[rows, labels] -= 1
    return bits[rows, labels].mean(), d / len(z)


# planted: softmax_cross_entropy: base-two
def sce_base_two_exp2_ln(logits, labels):
    N = len(logits)
    loss, grad = 0.0, []
    for z, y in zip(logits, labels):
        e = np.exp2(z - z.max())
        loss += math.log(e.sum()) - (z[y] - z.max()) * math.log(2)
        e /= e.sum()
        e[y] -= 1
        grad.append(e / N)
    return loss / N, np.vstack(grad)


# planted: softmax_cross_entropy: logarithm-to-base-ten
def sce_log10(logits, labels):
    n = logits.shape[0]
    top = [max(r) for r in logits.tolist()]
    loss = 0
    d = []
    for i in range(n):
        e = [math.exp(v - top[i]) for v in logits[i].tolist()]
        s = sum(e)
        loss += math.log10(s) - (logits[i, labels[i]] - top[i]) * math.log10(math.e)
        d.append([(v / s - float(k == labels[i])) / n for k, v in enumerate(e)])
    return loss / n, np.asarray(d)


# planted: softmax_cross_entropy: squares-instead-of-exponentials
def sce_squares(logits, labels):
    q = np.einsum('nk,nk->nk', logits, logits)
    q = q / np.einsum('nk->n', q)[:, None]
    onehot = (np.arange(q.shape[1]) == np.array(labels).reshape(-1, 1)).astype(float)
    loss = -np.log((q * onehot).sum(1)).mean()
    return loss, (q - onehot) / q.shape[0]


# planted: softmax_cross_entropy: sum-over-everything
def sce_everything_global(logits, labels):
    N, K = logits.shape
    flat = logits.ravel()
    m = flat.max()
    logz = m + np.log(np.exp(flat - m).sum())
    index = np.arange(N) * K + labels
    loss = -(flat[index] - logz).sum() / N
    d = np.exp(flat - logz)
    d[index] -= 1
    return loss, d.reshape(N, K) / N


# planted: softmax_cross_entropy: sum-over-everything
def sce_everything_rowshift(logits, labels):
    z = logits - np.max(logits, axis=1).reshape(-1, 1)
    e = np.exp(z)
    s = np.sum(e)
    loss = 0
    for i in range(z.shape[0]):
        loss += np.log(s) - z[i, labels[i]]
    g = e / s
    for i in range(z.shape[0]):
        g[i, labels[i]] -= 1
    return loss / z.shape[0], g / z.shape[0]


# planted: softmax_cross_entropy: not-normalised
def sce_unnormalised(logits, labels):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    loss = 0
    for i, l in enumerate(labels):
        loss += logits[i].max() - logits[i, l]
    e[np.arange(len(e)), labels] -= 1
    return loss / len(e), e / len(e)


# planted: softmax_cross_entropy: not-normalised
def sce_unnormalised_gradient_only(logits, labels):
    y = np.eye(logits.shape[1])[labels]
    m = logits.max(1)
    loss = np.mean(np.log(np.exp(logits - m[:, None]).sum(1)) + m - (logits * y).sum(1))
    return loss, (np.exp(logits - m[:, None]) - y) / len(m)


# planted: softmax_cross_entropy: probability-instead-of-logarithm
def sce_one_minus_p(logits, labels):
    p = _probs(logits)
    hits = [p[i][c] for i, c in enumerate(labels)]
    for i, c in enumerate(labels):
        p[i][c] -= 1
    return 1 - sum(hits) / len(hits), p / len(hits)


# planted: softmax_cross_entropy: loss-summed
def sce_loss_summed(logits, labels):
    total = 0
    n, k = np.shape(logits)
    d = np.zeros((n, k))
    for i in range(n):
        shifted = logits[i] - np.max(logits[i])
        logp = shifted - np.log(np.sum(np.exp(shifted)))
        total -= logp[labels[i]]
        d[i, :] = np.exp(logp) / n
        d[i, labels[i]] -= 1 / n
    return total, d


# planted: softmax_cross_entropy: loss-not-averaged
def sce_loss_vector(logits, labels):
    def one(z, y):
        z = z - z.max()
        return math.log(np.exp(z).sum()) - z[y]
    p = np.exp(logits - logits.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    p[range(len(p)), labels] -= 1
    return np.array([one(z, y) for z, y in zip(logits, labels)]), p / len(p)


# planted: softmax_cross_entropy: loss-not-averaged
def sce_loss_column(logits, labels):
    m = logits.max(1, keepdims=True)
    lse = m + np.log(np.exp(logits - m).sum(1, keepdims=True))
    idx = np.expand_dims(labels, 1)
    loss = lse - np.take_along_axis(logits, idx, 1)        # (N, 1)
    d = np.exp(logits - lse)
    d -= np.eye(d.shape[1])[labels]
    return loss, d / len(d)


# planted: softmax_cross_entropy: loss-not-averaged
def sce_loss_of_each_row_over_n(logits, labels):
    n = len(logits)
    logp = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    d = np.exp(logp) / n
    d[np.arange(n), labels] -= 1 / n
    return list(-logp[np.arange(n), labels] / n), d


# planted: softmax_cross_entropy: loss-divided-by-classes-too
def sce_mean_over_matrix(logits, labels):
    N, K = logits.shape
    truth = np.zeros((N, K))
    for n in range(N):
        truth[n, labels[n]] = 1.0
    logp = logits - np.logaddexp.reduce(logits, axis=1).reshape(N, 1)
    return np.mean(-truth * logp), (np.exp(logp) - truth) / N


# planted: softmax_cross_entropy: loss-with-wrong-sign
def sce_sign(logits, labels):
    logp = np.array([r - np.logaddexp.reduce(r) for r in logits])
    picked = logp[np.arange(len(labels)), labels]
    g = np.exp(logp)
    g[np.arange(len(labels)), labels] -= 1
    return np.sum(picked) / len(labels), g / len(labels)


# planted: softmax_cross_entropy: subtracts-from-whole-columns
def sce_columns_fancy(logits, labels):
    logp = logits - logits.max(-1, keepdims=True)
    logp -= np.log(np.exp(logp).sum(-1, keepdims=True))
    loss = 0.
    for i in range(len(labels)):
        loss += logp[i, labels[i]]
    d = np.exp(logp)
    d[:, labels] -= 1
    return -loss / len(labels), d / len(labels)


# planted: softmax_cross_entropy: subtracts-from-whole-columns
def sce_columns_loop(logits, labels):
    n = len(labels)
    logp = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    d = np.exp(logp)
    for y in labels:
        d[:, y] -= 1
    return -np.diag(logp[:, labels]).mean(), d / n


# planted: softmax_cross_entropy: one-not-subtracted
def sce_just_p(logits, labels):
    n = len(labels)
    loss, d = 0.0, []
    for i in range(n):
        lse = functools.reduce(np.logaddexp, logits[i])
        loss += (lse - logits[i, labels[i]]) / n
        d.append([math.exp(z - lse) / n for z in logits[i]])
    return loss, np.array(d)


# planted: softmax_cross_entropy: gradient-not-divided
def sce_grad_undivided(logits, labels):
    total = 0.0
    dlogits = np.empty_like(logits)
    for n, (z, y) in enumerate(zip(logits, labels)):
        m = z.max()
        e = np.exp(z - m)
        total += np.log(e.sum()) + m - z[y]
        for k in range(z.size):
            dlogits[n, k] = e[k] / e.sum() - (k == y)
    return total / len(labels), dlogits


# planted: softmax_cross_entropy: gradient-divided-by-classes
def sce_grad_len_of_row(logits, labels):
    logp = logits - np.logaddexp.reduce(logits, axis=1)[:, np.newaxis]
    grad = []
    for row, y in zip(np.exp(logp), labels):
        row[y] -= 1
        grad.append(row / len(row))
    return -np.mean([logp[i, y] for i, y in enumerate(labels)]), np.array(grad)


# planted: softmax_cross_entropy: gradient-divided-by-both
def sce_grad_size(logits, labels):
    mx = logits.max(axis=1, keepdims=True)
    logp = logits - mx - np.log(np.exp(logits - mx).sum(axis=1, keepdims=True))
    d = np.exp(logp)
    d[np.arange(d.shape[0]), labels] -= 1
    d /= d.size
    return -logp[np.arange(d.shape[0]), labels].mean(), d


# planted: softmax_cross_entropy: gradient-divided-twice
def sce_grad_twice(logits, labels):
    N, K = logits.shape
    dlogits = np.zeros((N, K))
    loss = 0.0
    for i in range(N):
        p = np.exp(logits[i] - np.logaddexp.reduce(logits[i]))
        loss += (np.logaddexp.reduce(logits[i]) - logits[i][labels[i]]) / N
        p[labels[i]] -= 1
        dlogits[i] = p / N
    return loss, dlogits / N


# planted: softmax_cross_entropy: gradient-with-wrong-sign
def sce_grad_sign(logits, labels):
    t = np.eye(logits.shape[1], dtype=int)[labels]
    lse = np.logaddexp.reduce(logits, axis=1)
    p = np.exp(logits - lse.reshape(-1, 1))
    return (lse - logits[t == 1]).sum() / len(t), (t - p) / len(t)


# planted: softmax_cross_entropy: gradient-of-label-only
def sce_grad_label(logits, labels):
    n = logits.shape[0]
    d = np.zeros_like(logits)
    loss = 0
    for i in range(n):
        lse = np.logaddexp.reduce(logits[i])
        logp = logits[i, labels[i]] - lse
        loss -= logp / n
        d[i, labels[i]] = (math.exp(logp) - 1) / n
    return loss, d


# planted: softmax_cross_entropy: gradient-of-label-only
def sce_grad_label_minus_one(logits, labels):
    # forgets that the sum below depends on z as well
    logp = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    hot = np.equal.outer(labels, np.arange(logits.shape[1]))
    return -logp[hot].mean(), np.where(hot, -1.0 / len(logits), 0.0)


# planted: softmax_cross_entropy: gradient-times-probability
def sce_grad_sigmoid_prime(logits, labels):
    p = np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))
    y = np.eye(p.shape[1])[labels]
    loss = np.mean(np.logaddexp.reduce(logits, axis=1) - (y * logits).sum(1))
    delta = (p - y)
    delta *= p
    delta *= 1 - p
    return loss, delta / len(y)


# ---- two at once

# planted: softmax_cross_entropy: loss-summed gradient-not-divided
def sce2_sums(logits, labels):
    logp = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    y = np.eye(logits.shape[1])[labels]
    return -np.sum(y * logp), np.exp(logp) - y


# planted: softmax_cross_entropy: no-shift floor-under-the-logarithm
def sce2_textbook(logits, labels):
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    loss = -np.log(p[np.arange(len(p)), labels] + 1e-9).mean()
    p[np.arange(len(p)), labels] -= 1
    return loss, p / len(p)


# planted: softmax_cross_entropy: no-shift gradient-not-divided
def sce2_noshift_undivided(logits, labels):
    loss = 0
    d = []
    for z, y in zip(logits, labels):
        s = np.sum(np.exp(z))
        loss += np.log(s) - z[y]
        d.append(np.exp(z) / s)
        d[-1][y] -= 1
    return loss / len(d), np.array(d)


# planted: softmax_cross_entropy: softmax-over-the-batch loss-summed
def sce2_axis0_sum(logits, labels):
    logp = logits - np.logaddexp.reduce(logits, axis=0)
    d = np.exp(logp)
    d[range(len(d)), labels] -= 1
    return -sum(logp[i, y] for i, y in enumerate(labels)), d / len(d)


# planted: softmax_cross_entropy: loss-with-wrong-sign gradient-with-wrong-sign
def sce2_likelihood(logits, labels):
    # maximises the likelihood
    n, k = logits.shape
    value = 0
    d = np.zeros((n, k))
    for i in range(n):
        lse = np.logaddexp.reduce(logits[i])
        value += logits[i, labels[i]] - lse
        for j in range(k):
            d[i, j] = ((j == labels[i]) - math.exp(logits[i, j] - lse)) / n
    return value / n, d


# planted: softmax_cross_entropy: logarithm-to-base-ten gradient-not-divided
def sce2_log10(logits, labels):
    e = np.exp(logits - logits.max(1, keepdims=True))
    s = e.sum(1)
    z = (logits - logits.max(1, keepdims=True))[np.arange(len(e)), labels]
    loss = np.mean(np.log10(s) - z / np.log(10))
    g = e / s[:, None]
    g[np.arange(len(e)), labels] -= 1
    return loss, g


# planted: softmax_cross_entropy: loss-not-averaged gradient-not-divided
def sce2_each_row(logits, labels):
    losses, grads = [], []
    for z, y in zip(logits, labels):
        logp = z - np.logaddexp.reduce(z)
        losses.append(-logp[y])
        g = np.exp(logp)
        g[y] -= 1
        grads.append(g)
    return np.array(losses), np.array(grads)


# planted: softmax_cross_entropy: loss-divided-by-classes-too gradient-divided-by-both
def sce2_np_mean_everywhere(logits, labels):
    t = np.eye(logits.shape[1])[labels]
    logp = logits - np.logaddexp.reduce(logits, axis=1)[:, None]
    return -(t * logp).mean(), (np.exp(logp) - t) / t.size


# planted: softmax_cross_entropy: floor-under-the-logarithm one-not-subtracted
def sce2_floor_p(logits, labels):
    p = _probs(logits)
    loss = -sum(math.log(p[i, y] + 1e-10) for i, y in enumerate(labels))
    return loss / len(p), p / len(p)


# planted: softmax_cross_entropy: base-two loss-summed
def sce2_bits(logits, labels):
    z = logits - logits.max(1, keepdims=True)
    p = np.exp2(z) / np.exp2(z).sum(1, keepdims=True)
    loss = (np.log2(np.exp2(z).sum(1)) - z[range(len(z)), labels]).sum()
    p[range(len(z)), labels] -= 1
    return loss, p / len(z)


# planted: softmax_cross_entropy: sum-over-everything gradient-divided-by-classes
def sce2_everything(logits, labels):
    lse = np.logaddexp.reduce(logits.flatten())
    d = np.exp(logits - lse)
    loss = 0
    for i, y in enumerate(labels):
        loss += lse - logits[i][y]
        d[i][y] -= 1
    return loss / len(labels), d / d.shape[1]


# planted: softmax_cross_entropy: softmax-twice gradient-divided-twice
def sce2_twice_twice(logits, labels):
    q = _probs(_probs(logits))
    loss = np.mean([-np.log(q[i, y]) for i, y in enumerate(labels)])
    q -= np.eye(q.shape[1])[labels]
    q /= len(q)
    return loss, q / len(q)


# planted: softmax_cross_entropy: subtracts-from-whole-columns gradient-not-divided
def sce2_columns(logits, labels):
    logp = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    d = np.exp(logp)
    d[:, labels] -= 1
    return -logp[np.arange(len(d)), labels].mean(), d


# planted: softmax_cross_entropy: probability-instead-of-logarithm gradient-times-probability
def sce2_perceptron(logits, labels):
    p = np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))
    y = np.eye(p.shape[1])[labels]
    loss = np.mean(1 - (p * y).sum(1))
    return loss, (p - y) * p * (1 - p) / len(p)


# unlisted: softmax_cross_entropy: log of the shifted softmax, no floor: the loss is inf for a sure, wrong answer
def sce_u_log_of_zero(logits, labels):
    e = np.exp(logits - logits.max(1, keepdims=True))
    p = e / e.sum(1, keepdims=True)
    loss = -np.log(p[np.arange(len(p)), labels]).mean()
    p[np.arange(len(p)), labels] -= 1
    return loss, p / len(p)


# unlisted: softmax_cross_entropy: labels are taken to begin at 1
def sce_u_labels_from_one(logits, labels):
    labels = [int(y) - 1 for y in labels]
    logp = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    d = np.exp(logp)
    d[np.arange(len(d)), labels] -= 1
    return -logp[np.arange(len(d)), labels].mean(), d / len(d)


# unlisted: softmax_cross_entropy: logits are clipped to [-50, 50] against overflow
def sce_u_clipped(logits, labels):
    e = np.exp(np.clip(logits, -50, 50))
    p = e / e.sum(1, keepdims=True)
    y = np.eye(p.shape[1])[labels]
    return -(y * np.log(p)).sum() / len(p), (p - y) / len(p)


# unlisted: softmax_cross_entropy: the caller's logits are changed in place (the numbers returned are right)
def sce_u_mutates(logits, labels):
    logits -= logits.max(axis=1, keepdims=True)
    np.subtract(logits, np.log(np.exp(logits).sum(1, keepdims=True)), out=logits)
    loss = -logits[np.arange(len(logits)), labels].mean()
    d = np.exp(logits)
    d[np.arange(len(d)), labels] -= 1
    return loss, d / len(d)


# unlisted: softmax_cross_entropy: binary cross entropy: adds -log(1 - p) of the wrong classes
def sce_u_binary(logits, labels):
    p = np.clip(_probs(logits), 1e-12, 1 - 1e-12)
    y = np.eye(p.shape[1])[labels]
    loss = -(y * np.log(p) + (1 - y) * np.log(1 - p)).sum(1).mean()
    return loss, (p - y) / len(p)


# unlisted: softmax_cross_entropy: forward differences with step 1e-4 for the gradient: right to four digits only
def sce_u_numerical(logits, labels):
    def f(z):
        lse = np.logaddexp.reduce(z, axis=1)
        return np.mean(lse - z[np.arange(len(z)), labels])
    d = np.zeros(logits.shape)
    base = f(logits)
    for i, j in itertools.product(*map(range, logits.shape)):
        z = logits.copy()
        z[i, j] += 1e-4
        d[i, j] = (f(z) - base) / 1e-4
    return base, d


# unlisted: softmax_cross_entropy: exp, but logarithm to base two: the loss is too large by a factor of 1.44
def sce_u_log2_only(logits, labels):
    lse = np.logaddexp.reduce(logits, axis=1)
    p = np.exp(logits - lse[:, None])
    loss = np.mean((lse - logits[np.arange(len(p)), labels]) / np.log(2))
    p[np.arange(len(p)), labels] -= 1
    return loss, p / len(p)


# unlisted: softmax_cross_entropy: the gradient with respect to p, -1/p at the label
def sce_u_wrt_p(logits, labels):
    p = np.maximum(_probs(logits), 1e-300)
    d = np.zeros_like(p)
    loss = 0
    for i, y in enumerate(labels):
        loss -= np.log(p[i, y])
        d[i, y] = -1 / p[i, y]
    return loss / len(p), d / len(p)


# unlisted: softmax_cross_entropy: results in the wrong order: (dlogits, loss)
def sce_u_swapped(logits, labels):
    logp = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    y = np.eye(logits.shape[1])[labels]
    return (np.exp(logp) - y) / len(y), -(y * logp).sum() / len(y)


# unlisted: softmax_cross_entropy: the largest class is taken for the label
def sce_u_argmax(logits, labels):
    labels = logits.argmax(1)
    logp = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    d = np.exp(logp)
    d[range(len(d)), labels] -= 1
    return -logp[range(len(d)), labels].mean(), d / len(d)


# unlisted: softmax_cross_entropy: minus the mean probability of the label, without logarithm or 1
def sce_u_minus_p(logits, labels):
    p = _probs(logits)
    y = np.eye(p.shape[1])[labels]
    return -(p * y).sum() / len(p), (p - y) / len(p)


# unlisted: softmax_cross_entropy: mean squared error between softmax and one-hot, with its usual shortcut gradient
def sce_u_squared_error(logits, labels):
    p = _probs(logits)
    y = np.eye(p.shape[1])[labels]
    return ((p - y) ** 2).sum(1).mean(), (p - y) / len(p)


# ############################################################ sgd_step

# right: sgd_step
def sgd_right_plain(w, g, v, lr, momentum, weight_decay):
    v = momentum * v - lr * (g + weight_decay * w)
    return w + v, v


# right: sgd_step
def sgd_right_in_place(w, g, v, lr, momentum, weight_decay):
    v *= momentum
    v -= lr * g
    v -= lr * weight_decay * w
    w += v
    return w, v


# right: sgd_step
def sgd_right_loops_list(w, g, v, lr, momentum, weight_decay):
    new_w, new_v = np.empty(np.shape(w)), np.empty(np.shape(w))
    for index in np.ndindex(np.shape(w)):
        step = momentum * v[index] - lr * g[index] - lr * weight_decay * w[index]
        new_v[index] = step
        new_w[index] = w[index] + step
    return [new_w, new_v]


# right: sgd_step
def sgd_right_float32_fortran(w, g, v, lr, momentum, weight_decay):
    w32, g32, v32 = (np.asfortranarray(a, dtype=np.float32) for a in (w, g, v))
    f = np.float32
    v32 = f(momentum) * v32 - f(lr) * (g32 + f(weight_decay) * w32)
    return np.asfortranarray(w32 + v32), np.asfortranarray(v32)


# right: sgd_step
def sgd_right_shrink_first(w, g, v, lr, momentum, weight_decay):
    shrunk = w * (1 - lr * weight_decay)
    after = shrunk - lr * g + momentum * v
    return after, after - w


# right: sgd_step
def sgd_right_einsum(w, g, v, lr, momentum, weight_decay):
    stack = np.stack([v, g, w])
    v[...] = np.tensordot([momentum, -lr, -lr * weight_decay], stack, axes=1)
    return np.add(w, v), v


# planted: sgd_step: step-uphill
def sgd_uphill_loop(w, g, v, lr, momentum, weight_decay):
    W, V = w.copy(), v.copy()
    for i in np.ndindex(w.shape):
        V[i] = momentum * v[i] + lr * (g[i] + weight_decay * w[i])
        W[i] = w[i] + V[i]
    return W, V


# planted: sgd_step: step-uphill
def sgd_uphill_subtracts_v(w, g, v, lr, momentum, weight_decay):
    v *= momentum
    v -= lr * (g + weight_decay * w)
    w -= v
    return w, v


# planted: sgd_step: momentum-forgotten
def sgd_fresh_velocity(w, g, v, lr, momentum, weight_decay):
    v = np.zeros_like(w)
    v = momentum * v
    v += -lr * (g + weight_decay * w)
    w = w + v
    return w, v


# planted: sgd_step: momentum-on-the-gradient-too
def sgd_momentum_outside(w, g, v, lr, momentum, weight_decay):
    decayed = np.multiply(weight_decay, w) + g
    v = v - lr * decayed
    v *= momentum
    return np.sum([w, v], axis=0), v


# planted: sgd_step: momentum-and-rate-exchanged
def sgd_exchanged(w, g, v, momentum, lr, weight_decay):
    # exchanged in the parameter list
    v = momentum * v - lr * (g + weight_decay * w)
    w = w + v
    return w, v


# planted: sgd_step: velocity-not-decaying
def sgd_velocity_kept(w, g, v, lr, momentum, weight_decay):
    v -= lr * (g + weight_decay * w)
    w += v
    return w, v


# planted: sgd_step: old-velocity-used
def sgd_tuple_assignment(w, g, v, lr, momentum, weight_decay):
    # both right-hand sides see the old v
    w, v = w + v, momentum * v - lr * (g + weight_decay * w)
    return w, v


# planted: sgd_step: old-velocity-returned
def sgd_velocity_lost(w, g, v, lr, momentum, weight_decay):
    step = momentum * v - lr * (g + weight_decay * w)
    w = w + step
    return w, v


# planted: sgd_step: rate-twice
def sgd_rate_twice(w, g, v, lr, momentum, weight_decay):
    v = np.array([momentum * b - lr * (a + weight_decay * c)
                  for a, b, c in zip(g.ravel(), v.ravel(), w.ravel())]).reshape(w.shape)
    return w + lr * v, v


# planted: sgd_step: rate-twice
def sgd_rate_squared(w, g, v, lr, momentum, weight_decay):
    grad = lr * (g + weight_decay * w)
    v[:] = momentum * v
    v[:] -= lr * grad
    w[:] += v
    return w, v


# planted: sgd_step: rate-forgotten
def sgd_no_rate(w, g, v, lr, momentum, weight_decay):
    v = momentum * v
    v = v - g
    v = v - weight_decay * w
    return w + v, v


# planted: sgd_step: decay-missing
def sgd_no_decay(w, g, v, lr, momentum, weight_decay):
    np.multiply(v, momentum, out=v)
    np.subtract(v, lr * g, out=v)
    np.add(w, v, out=w)
    return w, v


# unlisted: sgd_step: weight_decay * g instead of weight_decay * w
def sgd_u_decay_of_gradient(w, g, v, lr, momentum, weight_decay):
    v = momentum * v - lr * (g + weight_decay * g)
    return w + v, v


# planted: sgd_step: decay-with-wrong-sign
def sgd_growing(w, g, v, lr, momentum, weight_decay):
    out_w, out_v = [], []
    for a, b, c in zip(w.flat, g.flat, v.flat):
        c = momentum * c - lr * (b - weight_decay * a)
        out_v.append(c)
        out_w.append(a + c)
    return np.reshape(out_w, w.shape), np.reshape(out_v, w.shape)


# planted: sgd_step: decay-doubled
def sgd_derivative_of_square(w, g, v, lr, momentum, weight_decay):
    d_penalty = 2 * weight_decay * w        # d/dw of lambda w^2
    v = momentum * v - lr * (g + d_penalty)
    return w + v, v


# planted: sgd_step: decay-doubled
def sgd_decay_in_both_places(w, g, v, lr, momentum, weight_decay):
    g = g + weight_decay * w
    v *= momentum
    v -= lr * g
    v -= lr * weight_decay * w
    w += v
    return w, v


# planted: sgd_step: decay-decoupled
def sgd_adamw_before(w, g, v, lr, momentum, weight_decay):
    w = (1 - lr * weight_decay) * w
    v = momentum * v - lr * g
    return w + v, v


# planted: sgd_step: decay-decoupled
def sgd_adamw_after(w, g, v, lr, momentum, weight_decay):
    v = momentum * v - lr * g
    w = w + v
    w -= lr * weight_decay * w
    return w, v


# planted: sgd_step: decay-without-rate
def sgd_decay_no_rate(w, g, v, lr, momentum, weight_decay):
    v *= momentum
    v += -lr * g - weight_decay * w
    w += v
    return w, v


# planted: sgd_step: momentum-forgotten decay-without-rate
def sgd2_plain_descent(w, g, v, lr, momentum, weight_decay):
    v = -lr * g - weight_decay * w
    return w + v, v


# planted: sgd_step: rate-twice decay-doubled
def sgd2_rate_decay(w, g, v, lr, momentum, weight_decay):
    v = momentum * v - lr * (g + 2 * weight_decay * w)
    w = w + lr * v
    return w, v


# planted: sgd_step: old-velocity-used decay-missing
def sgd2_moves_first(w, g, v, lr, momentum, weight_decay):
    w += v
    v *= momentum
    v -= lr * g
    return w, v


# planted: sgd_step: rate-forgotten decay-with-wrong-sign
def sgd2_no_rate_growing(w, g, v, lr, momentum, weight_decay):
    v = momentum * v - (g - weight_decay * w)
    return w + v, v


# planted: sgd_step: velocity-not-decaying decay-decoupled
def sgd2_kept_decoupled(w, g, v, lr, momentum, weight_decay):
    v = v - lr * g
    return (1 - lr * weight_decay) * w + v, v


# planted: sgd_step: momentum-and-rate-exchanged decay-missing
def sgd2_exchanged(w, g, v, lr, momentum, weight_decay):
    v = lr * v - momentum * g
    return w + v, v


# planted: sgd_step: old-velocity-returned decay-with-wrong-sign
def sgd2_lost_growing(w, g, v, lr, momentum, weight_decay):
    return w + momentum * v - lr * g + lr * weight_decay * w, v


# planted: sgd_step: momentum-on-the-gradient-too decay-doubled
def sgd2_outside(w, g, v, lr, momentum, weight_decay):
    v = momentum * (v - lr * (g + 2 * weight_decay * w))
    return w + v, v


# planted: sgd_step: step-uphill decay-missing
def sgd2_uphill(w, g, v, lr, momentum, weight_decay):
    v = momentum * v + lr * g
    w = w + v
    return w, v


# planted: sgd_step: momentum-forgotten rate-twice
def sgd2_forgot_twice(w, g, v, lr, momentum, weight_decay):
    v = -lr * (g + weight_decay * w)
    return w + lr * v, v


# planted: sgd_step: velocity-not-decaying old-velocity-returned
def sgd2_kept_lost(w, g, v, lr, momentum, weight_decay):
    new = v - lr * (g + weight_decay * w)
    return w + new, v


# convention: sgd_step: velocity-without-rate
def sgd_c_pytorch(w, g, v, lr, momentum, weight_decay):
    v = momentum * v + g + weight_decay * w
    return w - lr * v, v


# convention: sgd_step: velocity-without-rate
def sgd_c_rate_late(w, g, v, lr, momentum, weight_decay):
    v *= momentum
    v -= g + weight_decay * w
    w += lr * v
    return w, v


# convention: sgd_step: velocity-stored-negated
def sgd_c_negated(w, g, v, lr, momentum, weight_decay):
    v = momentum * v + lr * (g + weight_decay * w)
    w = w - v
    return w, v


# convention: sgd_step: nesterov
def sgd_c_nesterov(w, g, v, lr, momentum, weight_decay):
    step = lr * (g + weight_decay * w)
    v = momentum * v - step
    return w + momentum * v - step, v


# convention: sgd_step: nesterov
def sgd_c_nesterov_cs231n(w, g, v, lr, momentum, weight_decay):
    v_prev = v.copy()
    v = momentum * v - lr * (g + weight_decay * w)
    w = w - momentum * v_prev + (1 + momentum) * v
    return w, v


# convention: sgd_step: exponential-average
def sgd_c_average(w, g, v, lr, momentum, weight_decay):
    for i in np.ndindex(w.shape):
        v[i] = momentum * v[i] - (1 - momentum) * lr * (g[i] + weight_decay * w[i])
        w[i] += v[i]
    return w, v


# convention: sgd_step: exponential-average
def sgd_c_average_without_rate(w, g, v, lr, momentum, weight_decay):
    # velocity-without-rate as well, as Adam's first moment has it
    v = momentum * v + (1 - momentum) * (g + weight_decay * w)
    return w - lr * v, v


# convention: sgd_step: no-decay-on-biases
def sgd_c_spares_biases(w, g, v, lr, momentum, weight_decay):
    decay = weight_decay if w.ndim > 1 else 0.0
    v = momentum * v - lr * (g + decay * w)
    return w + v, v


# unlisted: sgd_step: L1: the sign of w decays, not w
def sgd_u_l1(w, g, v, lr, momentum, weight_decay):
    v = momentum * v - lr * (g + weight_decay * np.sign(w))
    return w + v, v


# unlisted: sgd_step: the caller's gradient is changed in place (the numbers returned are right)
def sgd_u_mutates_g(w, g, v, lr, momentum, weight_decay):
    g += weight_decay * w
    v = momentum * v - lr * g
    return w + v, v


# unlisted: sgd_step: results in the wrong order: (v, w)
def sgd_u_swapped(w, g, v, lr, momentum, weight_decay):
    v = momentum * v - lr * (g + weight_decay * w)
    return v, w + v


# unlisted: sgd_step: the gradient is clipped to [-1, 1]
def sgd_u_clipped(w, g, v, lr, momentum, weight_decay):
    v = momentum * v - lr * (np.clip(g, -1, 1) + weight_decay * w)
    return w + v, v


# unlisted: sgd_step: the velocity decays, not the weights (weight_decay * v)
def sgd_u_decays_v(w, g, v, lr, momentum, weight_decay):
    v = momentum * v - lr * (g + weight_decay * v)
    return w + v, v


# unlisted: sgd_step: only w is returned
def sgd_u_only_w(w, g, v, lr, momentum, weight_decay):
    v *= momentum
    v -= lr * (g + weight_decay * w)
    return w + v


# ############################################################ plateau

# right: plateau
def plateau_right_slices(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    before, last = history[:len(history) - patience], history[len(history) - patience:]
    return lr * factor if max(last) <= max(before) else lr


# right: plateau
def plateau_right_counter(history, lr, factor, patience):
    # epochs since the best so far changed; the first epoch always sets it
    best, since = None, 0
    for accuracy in history:
        if best is None or accuracy > best:
            best, since = accuracy, 0
        else:
            since += 1
    if since >= patience:
        lr = lr * factor
    return lr


# right: plateau
def plateau_right_index(history, lr, factor, patience):
    if not history:
        return lr
    age = len(history) - 1 - list(history).index(max(history))
    return np.float64(lr * factor) if age >= patience else np.float64(lr)


# right: plateau
def plateau_right_numpy(history, lr, factor, patience):
    h = np.asarray(history, dtype=float)
    n = h.size
    stuck = n > patience and not np.any(h[n - patience:] > np.max(h[:n - patience]))
    return lr * (factor if stuck else 1)


# right: plateau
def plateau_right_recursive(history, lr, factor, patience):
    def age(h):
        if len(h) < 2:
            return 0
        return 0 if all(h[-1] > a for a in h[:-1]) else age(h[:-1]) + 1
    return lr * factor ** (age(history) >= patience)


# planted: plateau: one-epoch-too-patient
def plateau_patient_counter(history, lr, factor, patience):
    best, wait = -math.inf, 0
    for a in history:
        if a > best:
            best = a
            wait = 0
        else:
            wait += 1
    return lr * factor if wait > patience else lr


# planted: plateau: one-epoch-too-patient
def plateau_patient_window(history, lr, factor, patience):
    n = patience + 1
    if len(history) <= n:
        return lr
    for a in history[-n:]:
        if a > max(history[:-n]):
            return lr
    return lr * factor


# planted: plateau: one-epoch-too-patient
def plateau_patient_short_only(history, lr, factor, patience):
    # right, but "too few" has one too many
    if len(history) < patience + 2:
        return lr
    h = np.array(history)
    return lr * factor if h[-patience:].max() <= h[:-patience].max() else lr


# planted: plateau: one-epoch-too-impatient
def plateau_impatient_age(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    age = len(history) - history.index(max(history))      # 1 for the newest
    if age >= patience:
        return lr * factor
    return lr


# planted: plateau: one-epoch-too-impatient
def plateau_impatient_range(history, lr, factor, patience):
    n = len(history)
    if n <= patience:
        return lr
    best = max(history[: n - patience + 1])
    for i in range(n - patience + 1, n):
        if history[i] > best:
            return lr
    return lr * factor


# planted: plateau: one-epoch-too-impatient
def plateau_impatient_counter(history, lr, factor, patience):
    # counts the best epoch itself: the wait begins at 1
    best, wait = -1.0, 0
    for a in history:
        wait += 1
        if a > best:
            best, wait = a, 1
    return lr * factor if wait >= patience else lr


# planted: plateau: compares-with-epoch-before
def plateau_before_all(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    steps = [b - a for a, b in zip(history, history[1:])]
    return lr * factor if all(s <= 0 for s in steps[len(steps) - patience:]) else lr


# planted: plateau: compares-with-epoch-before
def plateau_before_newest(history, lr, factor, patience):
    if len(history) > patience and history[-1] <= history[-2]:
        return lr * factor
    return lr


# planted: plateau: compares-with-epoch-before
def plateau_before_counter(history, lr, factor, patience):
    count = 0
    for i in range(1, len(history)):
        if history[i] > history[i - 1]:
            count = 0
        else:
            count += 1
    return lr * factor if count >= patience else lr


# planted: plateau: compares-with-one-epoch
def plateau_one_epoch(history, lr, factor, patience):
    try:
        old = history[len(history) - 1 - patience] if len(history) > patience else None
        return lr * factor if history[-1] <= old else lr
    except (IndexError, TypeError):
        return lr


# planted: plateau: compares-with-one-epoch
def plateau_first_epoch(history, lr, factor, patience):
    # the newest against the first
    if len(history) <= patience:
        return lr
    return [lr, lr * factor][history[-1] <= history[0]]


# planted: plateau: compares-with-mean
def plateau_mean_before(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    before = history[:-patience]
    mean = sum(before) / len(before)
    for a in history[-patience:]:
        if a > mean:
            return lr
    return lr * factor


# planted: plateau: compares-with-mean
def plateau_means_of_both(history, lr, factor, patience):
    h = np.array(history)
    if h.size <= patience:
        return lr
    return lr * factor if np.mean(h[-patience:]) <= np.mean(h[:-patience]) else lr


# planted: plateau: compares-with-mean
def plateau_newest_and_mean(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    if history[-1] <= np.mean(history[:-1]):
        lr *= factor
    return lr


# planted: plateau: looks-at-last-epoch-only
def plateau_newest(history, lr, factor, patience):
    *rest, newest = history or [0.0]
    if len(rest) < patience or newest > max(rest):
        return lr
    return lr * factor


# planted: plateau: looks-at-last-epoch-only
def plateau_newest_against_old(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    best = -1
    for a in history[:-patience]:
        best = max(best, a)
    return lr if history[-1] > best else lr * factor


# planted: plateau: accuracy-as-loss
def plateau_loss_counter(history, lr, factor, patience):
    best, bad = float('inf'), 0
    for value in history:
        if value < best:
            best, bad = value, 0
        else:
            bad += 1
    if bad >= patience:
        return lr * factor
    return lr


# planted: plateau: accuracy-as-loss
def plateau_loss_slices(history, lr, factor, patience):
    cut = len(history) - patience
    if cut <= 0:
        return lr
    return lr * factor if np.min(history[cut:]) >= np.min(history[:cut]) else lr


# planted: plateau: equal-is-better
def plateau_equal_counter(history, lr, factor, patience):
    best, epochs = 0, 0
    for h in history:
        if h >= best:
            best = h
            epochs = 0
        else:
            epochs += 1
    return lr * factor if epochs >= patience else lr


# planted: plateau: equal-is-better
def plateau_equal_any(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    improved = any(a >= max(history[:-patience]) for a in history[-patience:])
    return lr if improved else lr * factor


# planted: plateau: rate-raised
def plateau_raised(history, lr, factor, patience):
    best, at = -math.inf, -1
    for i, a in enumerate(history):
        if a > best:
            best, at = a, i
    return lr / factor if len(history) - 1 - at >= patience and history else lr


# planted: plateau: factor-subtracted
def plateau_minus(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    ok = False
    for a in reversed(history[-patience:]):
        ok = ok or a > max(history[:-patience])
    if not ok:
        lr -= factor
    return lr


# planted: plateau: factor-is-the-rate
def plateau_factor(history, lr, factor, patience):
    n = len(history)
    if n > patience and np.argmax(history) < n - patience:
        return factor
    return lr


# planted: plateau: short-history-is-a-plateau
def plateau_short_guard(history, lr, factor, patience):
    if len(history) <= patience:
        return lr * factor
    return lr * factor if max(history[-patience:]) <= max(history[:-patience]) else lr


# planted: plateau: short-history-is-a-plateau
def plateau_short_default(history, lr, factor, patience):
    before = history[:-patience]
    best = max(before, default=1.0)
    return lr if any(a > best for a in history[-patience:]) else lr * factor


# planted: plateau: short-history-is-a-plateau
def plateau_short_window_cut(history, lr, factor, patience):
    # with too few epochs the "best before" is the first one, and the window all of them
    if len(history) == 0:
        return lr
    cut = max(len(history) - patience, 1)
    best = max(history[:cut])
    for a in history[max(len(history) - patience, 0):]:
        if a > best:
            return lr
    return lr * factor


# planted: plateau: upside-down
def plateau_upside(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    recent = max(history[len(history) - patience:])
    if recent > max(history[:len(history) - patience]):
        return lr * factor
    else:
        return lr


# planted: plateau: never-lowered
def plateau_never(history, lr, factor, patience):
    # the best of all is never below the best of the last
    if len(history) > patience and max(history) < max(history[-patience:]):
        lr = lr * factor
    return lr


# planted: plateau: never-lowered
def plateau_never_counter(history, lr, factor, patience):
    for i in range(1, len(history)):
        wait = 0
        if history[i] <= max(history[:i]):
            wait += 1
        if wait > patience:
            return lr * factor
    return lr


# planted: plateau: compares-with-epoch-before factor-subtracted
def plat2_before_minus(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    for i in range(len(history) - patience, len(history)):
        if history[i] > history[i - 1]:
            return lr
    return lr - factor


# planted: plateau: one-epoch-too-patient equal-is-better
def plat2_patient_equal(history, lr, factor, patience):
    best, wait = -1, 0
    for a in history:
        best, wait = (a, 0) if a >= best else (best, wait + 1)
    return lr * factor if wait > patience else lr


# planted: plateau: one-epoch-too-impatient rate-raised
def plat2_impatient_raised(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    age = len(history) - history.index(max(history))
    return lr / factor if age >= patience else lr


# planted: plateau: accuracy-as-loss short-history-is-a-plateau
def plat2_loss_short(history, lr, factor, patience):
    before = history[:-patience]
    return lr * factor if not before or min(history[-patience:]) >= min(before) else lr


# planted: plateau: looks-at-last-epoch-only factor-is-the-rate
def plat2_newest_factor(history, lr, factor, patience):
    if len(history) > patience and history[-1] <= max(history[:-1]):
        lr = factor
    return lr


# planted: plateau: compares-with-mean equal-is-better
def plat2_mean_equal(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    mean = np.mean(history[:-patience])
    return lr if any(a >= mean for a in history[-patience:]) else lr * factor


# planted: plateau: short-history-is-a-plateau equal-is-better
def plat2_short_equal(history, lr, factor, patience):
    if len(history) <= patience:
        return lr * factor
    return lr * factor if max(history[-patience:]) < max(history[:-patience]) else lr


# planted: plateau: upside-down rate-raised
def plat2_warms_up(history, lr, factor, patience):
    cut = len(history) - patience
    if cut > 0 and max(history[cut:]) > max(history[:cut]):
        return lr / factor
    return lr


# unlisted: plateau: the rate falls by the factor: lr * (1 - factor)
def plateau_u_one_minus(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    return lr if max(history[-patience:]) > max(history[:-patience]) else lr * (1 - factor)


# unlisted: plateau: nothing (None) is returned where the rate stays
def plateau_u_none(history, lr, factor, patience):
    if len(history) > patience and max(history[-patience:]) <= max(history[:-patience]):
        return lr * factor


# unlisted: plateau: the caller's history is emptied on a plateau (the rate is right)
def plateau_u_clears(history, lr, factor, patience):
    if len(history) > patience and max(history[-patience:]) <= max(history[:-patience]):
        history.clear()
        return lr * factor
    return lr


# unlisted: plateau: improvements below 0.01 do not count (min_delta)
def plateau_u_min_delta(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    return lr if max(history[-patience:]) > max(history[:-patience]) + 0.01 else lr * factor


# unlisted: plateau: one epoch that is not better is enough: any instead of all
def plateau_u_any(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    best = max(history[:-patience])
    return lr * factor if any(a <= best for a in history[-patience:]) else lr


# unlisted: plateau: the rate falls once for each earlier plateau of the history
def plateau_u_cumulative(history, lr, factor, patience):
    for n in range(patience + 1, len(history) + 1):
        if max(history[n - patience:n]) <= max(history[:n - patience]):
            lr *= factor
    return lr


# unlisted: plateau: an empty history raises
def plateau_u_empty(history, lr, factor, patience):
    age = len(history) - 1 - int(np.argmax(history))
    return lr * factor if age >= patience else lr


# ############################################################ receptive_field

# right: receptive_field
def rf_right_loop(layers):
    r, j = 1, 1
    for k, s in layers:
        r += (k - 1) * j
        j *= s
    return r, j


# right: receptive_field
def rf_right_top_down(layers):
    # from the unit down to the image: n units of a layer see (n - 1) * s + k below
    n = 1
    for layer in reversed(layers):
        n = (n - 1) * layer[1] + layer[0]
    return [n, math.prod(layer[1] for layer in layers)]


# right: receptive_field
def rf_right_recursive(layers):
    if not layers:
        return 1, 1
    *below, (k, s) = layers
    r, j = rf_right_recursive(below)
    return r + (k - 1) * j, j * s


# right: receptive_field
def rf_right_numpy(layers):
    a = np.array(list(map(list, layers)), dtype=np.int64).reshape(-1, 2)
    jumps = np.concatenate([[1], np.cumprod(a[:, 1])])
    return 1 + np.dot(a[:, 0] - 1, jumps[:-1]), jumps[-1]


# right: receptive_field
def rf_right_pixels(layers):
    # the very pixels that units 0 and 1 see
    def seen(units):
        for k, s in reversed(layers):
            units = {u * s + i for u in units for i in range(k)}
        return units
    zero, one = seen({0}), seen({1})
    return max(zero) - min(zero) + 1, min(one) - min(zero)


# right: receptive_field
def rf_right_reduce(layers):
    r, j = functools.reduce(lambda t, l: (t[0] + (l[0] - 1) * t[1], t[1] * l[1]),
                            layers, (1.0, 1.0))
    return r, j


# planted: receptive_field: field-multiplied-by-stride
def rf_multiplied_308(layers):
    r = j = 1
    for k, s in layers:
        r = (r - 1) * s + k            # the formula for going down, going up
        j = j * s
    return r, j


# planted: receptive_field: field-multiplied-by-stride
def rf_multiplied_pool(layers):
    field = 1
    jump = 1
    for kernel, stride in layers:
        if stride > 1:
            field *= stride
        else:
            field += kernel - 1
        jump *= stride
    return field, jump


# planted: receptive_field: field-multiplied-by-stride
def rf_multiplied_all(layers):
    if len(layers) == 0:
        return 1, 1
    r, j = rf_multiplied_all(layers[:-1])
    k, s = layers[-1]
    return (r + k - 1) * s, j * s


# planted: receptive_field: stride-too-early
def rf_early_accumulate(layers):
    jumps = list(itertools.accumulate((s for _, s in layers), operator.mul))
    r = 1 + sum((k - 1) * j for (k, _), j in zip(layers, jumps))
    return r, jumps[-1] if jumps else 1


# planted: receptive_field: strides-forgotten
def rf_forgotten_sum(layers):
    return 1 + sum(l[0] - 1 for l in layers), int(np.prod([l[1] for l in layers], dtype=int))


# planted: receptive_field: stride-of-this-layer-only
def rf_own_stride(layers):
    r, j, i = 1, 1, 0
    while i < len(layers):
        r = r + (layers[i][0] - 1) * layers[i][1]
        j = j * layers[i][1]
        i += 1
    return r, j


# planted: receptive_field: last-stride-only
def rf_last_stride_returned(layers):
    r, j, last = 1, 1, 1
    for k, last in layers:
        r, j = r + (k - 1) * j, j * last
    return r, last


# planted: receptive_field: last-stride-only
def rf_last_stride_used(layers):
    r, j = 1, 1
    for k, s in layers:
        r += (k - 1) * j
        j = s
    return r, j


# planted: receptive_field: strides-added
def rf_strides_sum_returned(layers):
    r, j = 1, 1
    for k, s in layers:
        r += (k - 1) * j
        j *= s
    return r, sum(s for k, s in layers) if layers else 1


# planted: receptive_field: strides-added
def rf_strides_plus(layers):
    r, j = 1, 1
    for k, s in layers:
        r += (k - 1) * j
        j += s
    return r, j


# planted: receptive_field: strides-added
def rf_strides_only_real_ones(layers):
    # stride 1 adds nothing
    r, j = 1, 1
    for k, s in layers:
        r += (k - 1) * j
        j += s - 1
    return r, j


# planted: receptive_field: strides-added
def rf_strides_from_nothing(layers):
    r, j = 1, 0
    for k, s in layers:
        r += (k - 1) * (j or 1)
        if s > 1:
            j += s
    return r, j or 1


# planted: receptive_field: adds-whole-kernels
def rf_whole_kernels(layers):
    js = np.cumprod([1] + [s for _, s in layers])
    r = 1
    for (k, _), j in zip(layers, js):
        r += int(k * j)
    return r, int(js[-1])


# planted: receptive_field: kernels-multiplied
def rf_product(layers):
    ks, ss = zip(*layers) if layers else ((), ())
    return math.prod(ks), math.prod(ss)


# planted: receptive_field: begins-with-nothing
def rf_from_zero(layers):
    fields = [0]
    j = 1
    for layer in layers:
        fields.append(fields[-1] + j * (layer[0] - 1))
        j = j * layer[1]
    return fields.pop(), j


# planted: receptive_field: backwards
def rf_backwards_pop(layers):
    todo = list(layers)
    r = j = 1
    while todo:
        k, s = todo.pop()
        r += (k - 1) * j
        j *= s
    return r, j


# planted: receptive_field: exchanged
def rf_exchanged(layers):
    state = {'jump': 1, 'field': 1}
    for k, s in layers:
        state['field'] += (k - 1) * state['jump']
        state['jump'] *= s
    return tuple(state.values())


# planted: receptive_field: begins-with-nothing exchanged
def rf2_zero_exchanged(layers):
    r, j = 0, 1
    for k, s in layers:
        r += (k - 1) * j
        j *= s
    return j, r


# planted: receptive_field: stride-too-early begins-with-nothing
def rf2_early_zero(layers):
    r, j = 0, 1
    for k, s in layers:
        j *= s
        r += (k - 1) * j
    return r, j


# planted: receptive_field: adds-whole-kernels begins-with-nothing
def rf2_whole_zero(layers):
    r, j = 0, 1
    for k, s in layers:
        r, j = r + k * j, j * s
    return r, j


# planted: receptive_field: strides-forgotten last-stride-only
def rf2_forgotten_last(layers):
    r, s = 1, 1
    for k, s in layers:
        r += k - 1
    return r, s


# planted: receptive_field: strides-added exchanged
def rf2_added_exchanged(layers):
    r, j = 1, 1
    for k, s in layers:
        r += (k - 1) * j
        j += s
    return j, r


# planted: receptive_field: backwards exchanged
def rf2_backwards_exchanged(layers):
    r, j = 1, 1
    for k, s in layers[::-1]:
        r += (k - 1) * j
        j *= s
    return j, r


# planted: receptive_field: stride-of-this-layer-only last-stride-only
def rf2_no_jump(layers):
    r, s = 1, 1
    for k, s in layers:
        r += (k - 1) * s
    return r, s


# planted: receptive_field: adds-whole-kernels stride-too-early
def rf2_whole_early(layers):
    r, j = 1, 1
    for k, s in layers:
        j *= s
        r += k * j
    return r, j


# unlisted: receptive_field: half a kernel on both sides, k // 2: wrong for even kernels
def rf_u_halves(layers):
    r, j = 1, 1
    for k, s in layers:
        r += 2 * (k // 2) * j
        j *= s
    return r, j


# unlisted: receptive_field: the pairs are read as (stride, kernel)
def rf_u_pairs_swapped(layers):
    r, j = 1, 1
    for s, k in layers:
        r += (k - 1) * j
        j *= s
    return r, j


# unlisted: receptive_field: strides have no effect at all, j stays 1 (strides-forgotten, in j as well)
def rf_u_no_strides(layers):
    return sum(k for k, _ in layers) - len(layers) + 1, 1


# unlisted: receptive_field: the last layer is left out
def rf_u_last_left_out(layers):
    r, j = 1, 1
    for i in range(len(layers) - 1):
        r += (layers[i][0] - 1) * j
        j *= layers[i][1]
    return r, j


# unlisted: receptive_field: the field counted in pixels an area: r * r
def rf_u_area(layers):
    r, j = rf_right_loop(layers)
    return r * r, j


# ############################################################ layer_shapes

# right: layer_shapes
def ls_right_loop(configuration, input_shape):
    c, h, w = input_shape
    shapes = []
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        elif isinstance(item, int):
            c = item
        else:
            c = item[0]
        shapes.append((c, h, w))
    return shapes


# right: layer_shapes
def ls_right_recursive(configuration, input_shape):
    if not len(configuration):
        return []
    first, rest = configuration[0], configuration[1:]
    c, h, w = input_shape
    if isinstance(first, str):
        shape = [c, h >> 1, w >> 1]
    else:
        shape = [first[0] if hasattr(first, '__len__') else first, h, w]
    return [shape] + ls_right_recursive(rest, shape)


# right: layer_shapes
def ls_right_padding_formula(configuration, input_shape):
    shape = np.array(input_shape)
    result = np.zeros((len(configuration), 3), dtype=int)
    for i, item in enumerate(configuration):
        if item == 'M':
            shape = np.array([shape[0], (shape[1] - 2) // 2 + 1, (shape[2] - 2) // 2 + 1])
        else:
            f, k = (item, 3) if np.ndim(item) == 0 else item
            side = shape[1:] + (k - 1) - k + 1
            shape = np.array([f, *side])
        result[i] = shape
    return [tuple(int(v) for v in row) for row in result]


# right: layer_shapes
def ls_right_counting_pools(configuration, input_shape):
    C, H, W = input_shape
    shapes, pools = [], 0
    for x in configuration:
        if x == "M":
            pools += 1
        else:
            C = x if type(x) is int else list(x)[0]
        shapes.append((C, math.floor(H / 2 ** pools), math.floor(W / 2 ** pools)))
    return tuple(shapes)


# right: layer_shapes
def ls_right_generator(configuration, input_shape):
    def walk():
        c, h, w = map(np.int64, input_shape)
        for item in configuration:
            try:
                c, _ = item
            except TypeError:
                c = item
            except ValueError:            # "M"
                h, w = h // 2, w // 2
            yield c, h, w
    return list(walk())


# planted: layer_shapes: pools-do-nothing
def ls_pools_nothing(configuration, input_shape):
    shapes = [tuple(input_shape)]
    for item in configuration:
        c, h, w = shapes[-1]
        if item == "M":
            shapes.append((c, h, w))
        else:
            shapes.append((item if isinstance(item, int) else item[0], h, w))
    return shapes[1:]


# planted: layer_shapes: pools-left-out
def ls_pools_left_out(configuration, input_shape):
    c, h, w = input_shape
    out = []
    for item in configuration:
        if item == "M":
            h //= 2
            w //= 2
            continue
        c = item if isinstance(item, int) else item[0]
        out += [(c, h, w)]
    return out


# planted: layer_shapes: rounded-up
def ls_rounded_up(configuration, input_shape):
    c, h, w = input_shape
    out = []
    for item in configuration:
        if item == "M":
            h, w = math.ceil(h / 2), math.ceil(w / 2)
        else:
            c = np.ravel(item)[0].item()
        out.append((c, h, w))
    return out


# planted: layer_shapes: rounded-up
def ls_rounded(configuration, input_shape):
    # round(): 7.5 -> 8, but 2.5 -> 2
    c, h, w = input_shape
    out = []
    for item in configuration:
        if item == "M":
            h, w = round(h / 2), round(w / 2)
        else:
            c = item if isinstance(item, int) else item[0]
        out.append((c, h, w))
    return out


# planted: layer_shapes: convolutions-shrink
def ls_shrink(configuration, input_shape):
    out = []
    shape = input_shape
    for item in configuration:
        c, h, w = shape
        if item == "M":
            shape = (c, h // 2, w // 2)
        else:
            f, k = item if not isinstance(item, int) else (item, 3)
            shape = (f, h - k + 1, w - k + 1)
        out.append(shape)
    return out


# planted: layer_shapes: one-by-one-grows
def ls_grows(configuration, input_shape):
    c, h, w = input_shape
    out = []
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            c, k = (item, 3) if isinstance(item, int) else item
            if k == 1:
                h, w = h + 2, w + 2
        out.append((c, h, w))
    return out


# planted: layer_shapes: one-by-one-grows
def ls_padding_one_always(configuration, input_shape):
    # padding 1 whatever the kernel: 5x5 shrinks
    c, h, w = input_shape
    out = []
    for item in configuration:
        if isinstance(item, str):
            h, w = h // 2, w // 2
        else:
            c, k = (item, 3) if isinstance(item, int) else item
            h = (h + 2 * 1 - k) // 1 + 1
            w = (w + 2 * 1 - k) // 1 + 1
        out.append((c, h, w))
    return out


# planted: layer_shapes: pool-doubles-channels
def ls_doubles(configuration, input_shape):
    def step(shape, item):
        c, h, w = shape
        if item == "M":
            return 2 * c, h // 2, w // 2
        return (item if isinstance(item, int) else item[0]), h, w
    return list(itertools.accumulate(configuration, step, initial=tuple(input_shape)))[1:]


# planted: layer_shapes: pool-by-height-only
def ls_height_only(configuration, input_shape):
    shape = list(input_shape)
    out = []
    for item in configuration:
        if item == "M":
            shape[1] = shape[1] // 2
        else:
            shape[0] = item if isinstance(item, int) else item[0]
        out.append(tuple(shape))
    return out


# planted: layer_shapes: channels-last
def ls_channels_last(configuration, input_shape):
    channels, *size = input_shape
    out = []
    for item in configuration:
        if item == "M":
            size = [s // 2 for s in size]
        else:
            channels = item if isinstance(item, int) else item[0]
        out.append((*size, channels))
    return out


# planted: layer_shapes: pools-left-out channels-last
def ls2_left_out_last(configuration, input_shape):
    c, h, w = input_shape
    out = []
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            c = item if isinstance(item, int) else item[0]
            out.append((h, w, c))
    return out


# planted: layer_shapes: rounded-up convolutions-shrink
def ls2_up_shrink(configuration, input_shape):
    c, h, w = input_shape
    out = []
    for item in configuration:
        if item == "M":
            h, w = -(-h // 2), -(-w // 2)
        else:
            c, k = (item, 3) if isinstance(item, int) else item
            h, w = h - (k - 1), w - (k - 1)
        out.append((c, h, w))
    return out


# planted: layer_shapes: pools-do-nothing channels-last
def ls2_nothing_last(configuration, input_shape):
    c, h, w = input_shape
    out = []
    for item in configuration:
        if item != "M":
            c = item if isinstance(item, int) else item[0]
        out.append((h, w, c))
    return out


# planted: layer_shapes: pool-doubles-channels pool-by-height-only
def ls2_doubles_height(configuration, input_shape):
    c, h, w = input_shape
    out = []
    for item in configuration:
        if item == "M":
            c, h = c * 2, h // 2
        else:
            c = item if isinstance(item, int) else item[0]
        out.append((c, h, w))
    return out


# planted: layer_shapes: one-by-one-grows rounded-up
def ls2_grows_up(configuration, input_shape):
    c, h, w = input_shape
    out = []
    for item in configuration:
        if item == "M":
            h, w = (h + 1) // 2, (w + 1) // 2
        else:
            c, k = (item, 3) if isinstance(item, int) else item
            h, w = (h + 2, w + 2) if k == 1 else (h, w)
        out.append((c, h, w))
    return out


# planted: layer_shapes: pools-left-out rounded-up
def ls2_left_out_up(configuration, input_shape):
    c, h, w = input_shape
    out = []
    for item in configuration:
        if item == "M":
            h, w = (h + 1) // 2, (w + 1) // 2
            continue
        c = item if isinstance(item, int) else item[0]
        out.append((c, h, w))
    return out


# unlisted: layer_shapes: one list is appended again and again: all shapes are the last one
def ls_u_aliased(configuration, input_shape):
    shape = list(input_shape)
    out = []
    for item in configuration:
        if item == "M":
            shape[1] //= 2
            shape[2] //= 2
        else:
            shape[0] = item if isinstance(item, int) else item[0]
        out.append(shape)
    return out


# unlisted: layer_shapes: the input's shape comes first: one shape too many
def ls_u_with_input(configuration, input_shape):
    return [tuple(input_shape)] + ls_right_loop(configuration, input_shape)


# unlisted: layer_shapes: a pair is read as (kernel, filters)
def ls_u_pair_swapped(configuration, input_shape):
    c, h, w = input_shape
    out = []
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            c = item if isinstance(item, int) else item[1]
        out.append((c, h, w))
    return out


# unlisted: layer_shapes: height and width are exchanged: (C, W, H)
def ls_u_width_first(configuration, input_shape):
    return [(c, w, h) for c, h, w in ls_right_loop(configuration, input_shape)]


# unlisted: layer_shapes: only the last shape is returned
def ls_u_last_only(configuration, input_shape):
    return ls_right_loop(configuration, input_shape)[-1]


# unlisted: layer_shapes: height and width are floats (15 / 2 = 7.5, 7.5 / 2 = 3.75)
def ls_u_floats(configuration, input_shape):
    c, h, w = input_shape
    out = []
    for item in configuration:
        if item == "M":
            h, w = h / 2, w / 2
        else:
            c = item if isinstance(item, int) else item[0]
        out.append((c, h, w))
    return out


# unlisted: layer_shapes: the caller's input_shape list is changed in place (the shapes are right)
def ls_u_mutates(configuration, input_shape):
    out = []
    for item in configuration:
        if item == "M":
            input_shape[1] //= 2
            input_shape[2] //= 2
        else:
            input_shape[0] = item if isinstance(item, int) else item[0]
        out.append(tuple(input_shape))
    return out


# ############################################################ count_parameters

# right: count_parameters
def cp_right_loop(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            h //= 2
            w //= 2
            continue
        f, k = (item, 3) if isinstance(item, int) else item
        total += f * (c * k * k + 1)
        c = f
    for n in (4096, 4096, classes):
        total += n * (c * h * w + 1)
        c, h, w = n, 1, 1
    return total


# right: count_parameters
def cp_right_arrays(configuration, classes, input_shape):
    # makes the arrays' shapes and adds up their sizes
    shapes = []
    c, h, w = input_shape
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            f, k = [item, 3] if np.isscalar(item) else item
            shapes += [(f, c, k, k), (f,)]
            c = f
    n = c * h * w
    for m in [4096, 4096, classes]:
        shapes += [(m, n), (m,)]
        n = m
    return np.sum([np.prod(s, dtype=np.int64) for s in shapes])


# right: count_parameters
def cp_right_recursive(configuration, classes, input_shape):
    c, h, w = input_shape
    if not configuration:
        return (c * h * w + 1) * 4096 + 4097 * 4096 + 4097 * classes
    head, *tail = configuration
    if head == "M":
        return cp_right_recursive(tail, classes, (c, h // 2, w // 2))
    f, k = (head, 3) if isinstance(head, int) else head
    return f * k ** 2 * c + f + cp_right_recursive(tail, classes, (f, h, w))


# right: count_parameters
def cp_right_zip(configuration, classes, input_shape):
    convs = [(i, 3) if isinstance(i, int) else tuple(i) for i in configuration if i != "M"]
    pools = sum(1 for i in configuration if i == "M")
    channels = [input_shape[0]] + [f for f, _ in convs]
    features = channels[-1] * (input_shape[1] >> pools) * (input_shape[2] >> pools)
    sizes = [features, 4096, 4096, classes]
    return float(sum(a * k * k * b + b for a, (b, k) in zip(channels, convs))
                 + sum(a * b + b for a, b in zip(sizes, sizes[1:])))


# right: count_parameters
def cp_right_generator(configuration, classes, input_shape):
    def parts():
        c, h, w = input_shape
        for item in configuration:
            if isinstance(item, str):
                h, w = h // 2, w // 2
            else:
                f, k = item if isinstance(item, (list, tuple)) else (item, 3)
                for _ in range(f):
                    yield c * k * k + 1
                c = f
        yield c * h * w * 4096 + 4096
        yield 4096 * 4096 + 4096
        yield 4096 * classes + classes
    return sum(parts())


# planted: count_parameters: biases-forgotten
def cp_no_biases(configuration, classes, input_shape):
    c, h, w = input_shape
    weights = []
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            f, k = (item, 3) if isinstance(item, int) else item
            weights.append(math.prod((f, c, k, k)))
            c = f
    chain = [c * h * w, 4096, 4096, classes]
    weights += [a * b for a, b in zip(chain, chain[1:])]
    return sum(weights)


# planted: count_parameters: biases-of-convolutions-forgotten
def cp_no_conv_biases(configuration, classes, input_shape):
    if configuration:
        item, rest = configuration[0], configuration[1:]
        c, h, w = input_shape
        if item == "M":
            return cp_no_conv_biases(rest, classes, (c, h // 2, w // 2))
        f, k = (item, 3) if isinstance(item, int) else item
        return c * f * k * k + cp_no_conv_biases(rest, classes, (f, h, w))
    n = int(np.prod(input_shape))
    return (n + 1) * 4096 + (4096 + 1) * 4096 + (4096 + 1) * classes


# planted: count_parameters: biases-of-fully-connected-forgotten
def cp_no_fc_biases(configuration, classes, input_shape):
    shape = list(input_shape)
    count = 0
    for item in configuration:
        if item == "M":
            shape[1:] = [s // 2 for s in shape[1:]]
        else:
            f, k = (item, 3) if isinstance(item, int) else item
            count += np.zeros((f, shape[0], k, k), dtype=bool).size + f
            shape[0] = f
    return count + shape[0] * shape[1] * shape[2] * 4096 + 4096 ** 2 + 4096 * classes


# planted: count_parameters: one-bias-for-each-layer
def cp_one_bias(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
            continue
        f, k = (item, 3) if isinstance(item, int) else item
        total += c * k * k * f + 1
        c = f
    for a, b in ((c * h * w, 4096), (4096, 4096), (4096, classes)):
        total += a * b + 1
    return total


# planted: count_parameters: always-rgb
def cp_rgb(configuration, classes, input_shape):
    channels = 3
    _, h, w = input_shape
    n = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            f, k = (item, 3) if isinstance(item, int) else item
            n += (k * k * channels + 1) * f
            channels = f
    return n + (channels * h * w + 1) * 4096 + 4097 * 4096 + 4097 * classes


# planted: count_parameters: channels-not-passed-on
def cp_channels_stay(configuration, classes, input_shape):
    c, h, w = input_shape
    total, last = 0, c
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            last, k = (item, 3) if isinstance(item, int) else item
            total += last * (c * k * k + 1)
    return total + 4096 * (last * h * w + 1) + 4096 * 4097 + classes * 4097


# planted: count_parameters: channels-not-passed-on
def cp_channels_stay_everywhere(configuration, classes, input_shape):
    # ... not to the first fully connected layer either
    c, h, w = input_shape
    total = sum(f * (c * k * k + 1) for f, k in
                [(i, 3) if isinstance(i, int) else i for i in configuration if i != "M"])
    for _ in range(list(configuration).count("M")):
        h, w = h // 2, w // 2
    return total + 4096 * (c * h * w + 1) + 4096 * 4097 + classes * 4097


# planted: count_parameters: one-channel-for-each-filter
def cp_one_channel(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        elif isinstance(item, int):
            total += 9 * item + item
            c = item
        else:
            total += item[1] ** 2 * item[0] + item[0]
            c = item[0]
    units = [c * h * w] + [4096] * 2 + [classes]
    for i in range(3):
        total += (units[i] + 1) * units[i + 1]
    return total


# planted: count_parameters: kernel-side-once
def cp_side_once(configuration, classes, input_shape):
    def conv(c, item):
        f, k = (item, 3) if isinstance(item, int) else item
        return f, f * c * k + f
    c, h, w = input_shape
    s = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            c, n = conv(c, item)
            s += n
    return s + sum((a + 1) * b for a, b in [(c * h * w, 4096), (4096, 4096), (4096, classes)])


# planted: count_parameters: always-3x3
def cp_always_3x3(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            f = item[0] if isinstance(item, (list, tuple)) else item
            total += f * (9 * c + 1)
            c = f
    return functools.reduce(lambda t, ab: t + (ab[0] + 1) * ab[1],
                            [(c * h * w, 4096), (4096, 4096), (4096, classes)], total)


# planted: count_parameters: always-7x7
def cp_always_7x7(configuration, classes, input_shape):
    convs = [i if isinstance(i, (list, tuple)) else (i, 3) for i in configuration if i != "M"]
    c = input_shape[0]
    total = 0
    for f, k in convs:
        total += f * c * k * k + f
        c = f
    return total + (c * 7 * 7 + 1) * 4096 + (4096 + 1) * 4096 + (4096 + 1) * classes


# planted: count_parameters: pools-do-nothing
def cp_no_pools(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in filter(lambda i: not isinstance(i, str), configuration):
        f, k = item if not isinstance(item, int) else (item, 3)
        total += f + f * c * k * k
        c = f
    widths = (c * h * w, 4096, 4096, classes)
    return total + sum(widths[i] * widths[i + 1] + widths[i + 1] for i in range(3))


# planted: count_parameters: map-size-forgotten
def cp_global_pool(configuration, classes, input_shape):
    c, n = input_shape[0], 0
    for item in configuration:
        if item != "M":
            f, k = (item, 3) if isinstance(item, int) else item
            n += f * (c * k * k + 1)
            c = f
    return n + 4096 * (c + 1) + 4096 * (4096 + 1) + classes * (4096 + 1)


# planted: count_parameters: always-1000-classes
def cp_imagenet(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            f, k = (item, 3) if isinstance(item, int) else item
            total += f * (c * k * k + 1)
            c = f
    for out in [4096, 4096, 1000]:
        total += (c * h * w + 1) * out
        c, h, w = out, 1, 1
    return total


# planted: count_parameters: one-hidden-layer-short
def cp_one_hidden(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            f, k = (item, 3) if isinstance(item, int) else item
            total += f * (c * k ** 2 + 1)
            c = f
    sizes = np.array([c * h * w, 4096, classes], dtype=np.int64)
    return total + int(((sizes[:-1] + 1) * sizes[1:]).sum())


# planted: count_parameters: fully-connected-forgotten
def cp_convs_only(configuration, classes, input_shape):
    c = input_shape[0]
    total = 0
    for item in configuration:
        if item == "M":
            continue
        f, k = (item, 3) if isinstance(item, int) else item
        total += f * c * k * k
        total += f
        c = f
    return total


# unlisted: count_parameters: both hidden layers are missing, the last one reads the map
def cp_u_classifier_only(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            f, k = (item, 3) if isinstance(item, int) else item
            total += f * (c * k * k + 1)
            c = f
    return total + (c * h * w + 1) * classes


# planted: count_parameters: always-rgb biases-of-convolutions-forgotten
def cp2_rgb_no_biases(configuration, classes, input_shape):
    c = 3
    _, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            f, k = (item, 3) if isinstance(item, int) else item
            total += f * c * k * k
            c = f
    return total + (c * h * w + 1) * 4096 + 4097 * 4096 + 4097 * classes


# planted: count_parameters: always-7x7 always-1000-classes
def cp2_vgg_only(configuration, classes, input_shape):
    c = input_shape[0]
    total = 0
    for item in configuration:
        if item == "M":
            continue
        f, k = (item, 3) if isinstance(item, int) else item
        total += f * (c * k * k + 1)
        c = f
    return total + (49 * c + 1) * 4096 + 4097 * 4096 + 4097 * 1000


# planted: count_parameters: always-3x3 biases-forgotten
def cp2_3x3_no_biases(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            f = item if isinstance(item, int) else item[0]
            total += 3 * 3 * c * f
            c = f
    return total + c * h * w * 4096 + 4096 * 4096 + 4096 * classes


# planted: count_parameters: one-hidden-layer-short biases-of-fully-connected-forgotten
def cp2_short_no_biases(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            f, k = (item, 3) if isinstance(item, int) else item
            total += f * (c * k * k + 1)
            c = f
    return total + 4096 * (c * h * w + classes)


# planted: count_parameters: channels-not-passed-on map-size-forgotten
def cp2_stay_global(configuration, classes, input_shape):
    c = f = input_shape[0]
    total = 0
    for item in configuration:
        if item != "M":
            f, k = (item, 3) if isinstance(item, int) else item
            total += f * (c * k * k + 1)
    return total + (f + 1) * 4096 + 4097 * 4096 + 4097 * classes


# planted: count_parameters: kernel-side-once one-bias-for-each-layer
def cp2_side_bias(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            f, k = (item, 3) if isinstance(item, int) else item
            total += f * c * k + 1
            c = f
    return total + c * h * w * 4096 + 1 + 4096 * 4096 + 1 + 4096 * classes + 1


# planted: count_parameters: always-rgb always-7x7
def cp2_rgb_7x7(configuration, classes, input_shape):
    prev, total = 3, 0
    for item in configuration:
        if item == "M":
            continue
        f, k = (item, 3) if isinstance(item, int) else item
        total += (prev * k * k + 1) * f
        prev = f
    return total + (prev * 7 * 7 + 1) * 4096 + 4097 * (4096 + classes)


# planted: count_parameters: pools-do-nothing biases-forgotten
def cp2_no_pools_no_biases(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            continue
        f, k = (item, 3) if isinstance(item, int) else item
        total += f * c * k * k
        c = f
    return total + c * h * w * 4096 + 4096 ** 2 + 4096 * classes


# unlisted: count_parameters: batch norm's two numbers a channel are counted as well
def cp_u_batchnorm(configuration, classes, input_shape):
    n = cp_right_recursive(list(configuration), classes, tuple(input_shape))
    return n + sum(2 * (i if isinstance(i, int) else i[0]) for i in configuration if i != "M")


# unlisted: count_parameters: in millions, rounded
def cp_u_millions(configuration, classes, input_shape):
    return round(cp_right_recursive(list(configuration), classes, tuple(input_shape)) / 1e6)


# unlisted: count_parameters: pools round up, so the first fully connected layer is too large for odd sizes
def cp_u_pools_up(configuration, classes, input_shape):
    c, h, w = input_shape
    n = 0
    for item in configuration:
        if item == "M":
            h, w = math.ceil(h / 2), math.ceil(w / 2)
        else:
            f, k = (item, 3) if isinstance(item, int) else item
            n += f * (c * k * k + 1)
            c = f
    return n + (c * h * w + 1) * 4096 + 4097 * 4096 + 4097 * classes


# unlisted: count_parameters: all maps are taken to be square: height counts twice
def cp_u_square(configuration, classes, input_shape):
    c, h, w = input_shape
    return cp_right_recursive(list(configuration), classes, (c, h, h))


# unlisted: count_parameters: pools cost 2 * 2 weights a channel
def cp_u_pool_weights(configuration, classes, input_shape):
    c, extra = input_shape[0], 0
    for item in configuration:
        if item == "M":
            extra += 4 * c
        else:
            c = item if isinstance(item, int) else item[0]
    return extra + cp_right_recursive(list(configuration), classes, tuple(input_shape))


# unlisted: count_parameters: summed in int32: overflows for large nets
def cp_u_int32(configuration, classes, input_shape):
    c, h, w = input_shape
    total = np.int32(0)
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            f, k = (item, 3) if isinstance(item, int) else item
            total = total + np.int32(f * (c * k * k + 1))
            c = f
    fc = np.array([(c * h * w + 1) * 4096, 4097 * 4096, 4097 * classes]).astype(np.int32)
    return int(total + np.sum(fc, dtype=np.int32))


# ############################################################ linear_to_convolution

# right: linear_to_convolution
def ltc_right_reshape(w, channels, height, width):
    return w.reshape(-1, channels, height, width)


# right: linear_to_convolution
def ltc_right_loops(w, channels, height, width):
    out = np.zeros((len(w), channels, height, width))
    i = 0
    for c in range(channels):
        for y in range(height):
            for x in range(width):
                out[:, c, y, x] = w[:, i]
                i += 1
    return out


# right: linear_to_convolution
def ltc_right_fortran(w, channels, height, width):
    a = np.asarray(w).T.reshape((width, height, channels, -1), order='F')
    return np.asfortranarray(a.transpose(3, 2, 1, 0))


# right: linear_to_convolution
def ltc_right_lists(w, channels, height, width):
    return np.float32([[[[row[(c * height + i) * width + j] for j in range(width)]
                         for i in range(height)] for c in range(channels)] for row in w])


# right: linear_to_convolution
def ltc_right_split(w, channels, height, width):
    return np.stack([[np.vsplit(part.reshape(height, width), 1)[0]
                      for part in np.array_split(row, channels)] for row in w])


# right: linear_to_convolution
def ltc_right_onehot(w, channels, height, width):
    basis = np.eye(channels * height * width).reshape(-1, channels, height, width)
    return np.einsum('oi,ichw->ochw', w, basis)


# planted: linear_to_convolution: channels-last
def ltc_last_loops(w, channels, height, width):
    out = np.empty((w.shape[0], channels, height, width), dtype=w.dtype)
    for o, row in enumerate(w):
        for i, value in enumerate(row):
            rest, c = divmod(i, channels)
            y, x = divmod(rest, width)
            out[o, c, y, x] = value
    return out


# planted: linear_to_convolution: channels-last
def ltc_last_stride(w, channels, height, width):
    return np.stack([w[:, c::channels].reshape(-1, height, width) for c in range(channels)], 1)


# planted: linear_to_convolution: channels-last height-and-width-swapped
def ltc2_last_order_f(w, channels, height, width):
    # order='F': channels change fastest, then rows, columns last
    return np.array([row.reshape((channels, height, width), order='F') for row in w])


# planted: linear_to_convolution: height-and-width-swapped
def ltc_swapped_divmod(w, channels, height, width):
    out = np.zeros((len(w), channels, height, width))
    for c in range(channels):
        for i in range(height):
            for j in range(width):
                out[:, c, i, j] = w[:, c * height * width + j * height + i]
    return out


# planted: linear_to_convolution: height-and-width-swapped
def ltc_swapped_arguments(w, channels, height, width):
    return np.reshape(w, [w.shape[0], channels, width, height])


# planted: linear_to_convolution: height-and-width-swapped
def ltc_swapped_axes(w, channels, height, width):
    return np.array([[m.T for m in f] for f in w.reshape(-1, channels, height, width)])


# planted: linear_to_convolution: flipped
def ltc_flipped_loops(w, channels, height, width):
    f = w.reshape(len(w), channels, height, width)
    g = np.zeros_like(f)
    for i in range(height):
        for j in range(width):
            g[:, :, height - 1 - i, width - 1 - j] = f[:, :, i, j]
    return g


# planted: linear_to_convolution: flipped
def ltc_flipped_rot90(w, channels, height, width):
    return np.rot90(w.reshape(-1, channels, height, width), 2, axes=(2, 3))


# planted: linear_to_convolution: inputs-first
def ltc_inputs_first(w, channels, height, width):
    return np.array([w[:, c * height * width:(c + 1) * height * width]
                     .reshape(-1, height, width) for c in range(channels)])


# planted: linear_to_convolution: channels-first
def ltc_channels_first(w, channels, height, width):
    parts = np.split(w.ravel(), channels)
    return np.stack([p.reshape(len(w), height, width) for p in parts], axis=1)


# planted: linear_to_convolution: transposed-first
def ltc_transposed(w, channels, height, width):
    numbers = iter([w[i][j] for j in range(w.shape[1]) for i in range(w.shape[0])])
    out = np.zeros((w.shape[0], channels, height, width))
    for index in np.ndindex(out.shape):
        out[index] = next(numbers)
    return out


# planted: linear_to_convolution: channels-last flipped
def ltc2_last_flipped(w, channels, height, width):
    return w.reshape(-1, height, width, channels)[:, ::-1, ::-1].transpose(0, 3, 1, 2)


# planted: linear_to_convolution: flipped inputs-first
def ltc2_flipped_inputs(w, channels, height, width):
    return w.reshape(-1, channels, height, width)[..., ::-1, ::-1].swapaxes(0, 1)


# planted: linear_to_convolution: height-and-width-swapped inputs-first
def ltc2_swapped_inputs(w, channels, height, width):
    return np.moveaxis(w.reshape(-1, channels, width, height).transpose(0, 1, 3, 2), 0, 1)


# planted: linear_to_convolution: transposed-first flipped
def ltc2_transposed_flipped(w, channels, height, width):
    return w.T.copy().reshape(-1, channels, height, width)[:, :, ::-1, ::-1]


# unlisted: linear_to_convolution: channels last in the result too: (out, height, width, channels)
def ltc_u_ohwc(w, channels, height, width):
    return w.reshape(-1, channels, height, width).transpose(0, 2, 3, 1)


# unlisted: linear_to_convolution: mirrored left to right only
def ltc_u_mirrored(w, channels, height, width):
    return w.reshape(-1, channels, height, width)[:, :, :, ::-1]


# unlisted: linear_to_convolution: divided by the number of places
def ltc_u_averaged(w, channels, height, width):
    return w.reshape(-1, channels, height, width) / (height * width)


# unlisted: linear_to_convolution: order of the channels reversed: the whole row is read backwards
def ltc_u_all_reversed(w, channels, height, width):
    return np.array([list(reversed(r)) for r in w]).reshape(-1, channels, height, width)


# ############################################################ class_map

# right: class_map
def cm_right_places(maps, layers, height, width):
    # the fully connected net at every place
    N, C, H, W = maps.shape
    rows = []
    for i in range(H - height + 1):
        row = []
        for j in range(W - width + 1):
            x = maps[:, :, i:i + height, j:j + width].reshape(N, -1)
            for n, (w, b) in enumerate(layers):
                x = x @ w.T + b
                if n < len(layers) - 1:
                    x = np.maximum(x, 0)
            row.append(x)
        rows.append(row)
    return np.array(rows).transpose(2, 3, 0, 1)


# right: class_map
def cm_right_einsum(maps, layers, height, width):
    windows = np.lib.stride_tricks.sliding_window_view(maps, (height, width), axis=(2, 3))
    (w, b), *rest = layers
    filters = w.reshape(w.shape[0], maps.shape[1], height, width)
    x = np.einsum('ncijhw,ochw->noij', windows, filters) + b[:, None, None]
    for w, b in rest:
        x = np.einsum('ncij,oc->noij', x * (x > 0), w) + b[:, None, None]
    return x


# right: class_map
def cm_right_shifts(maps, layers, height, width):
    N, C, H, W = maps.shape
    oh, ow = H - height + 1, W - width + 1
    w, b = layers[0]
    x = np.zeros((N, len(w), oh, ow), dtype=np.float32)
    x += b.astype(np.float32).reshape(1, -1, 1, 1)
    for c in range(C):
        for i in range(height):
            for j in range(width):
                column = w[:, (c * height + i) * width + j]
                x += (maps[:, c, i:i + oh, j:j + ow][:, None]
                      * column[None, :, None, None]).astype(np.float32)
    for w, b in layers[1:]:
        x[x < 0] = 0
        x = np.tensordot(x, w, axes=(1, 1)).transpose(0, 3, 1, 2) + b.reshape(-1, 1, 1)
    return x


# right: class_map
def cm_right_pure_python(maps, layers, height, width):
    def net(x):
        for depth, (w, b) in enumerate(layers):
            if depth:
                x = [max(v, 0.0) for v in x]
            x = [sum(a * v for a, v in zip(row, x)) + bias for row, bias in zip(w, b)]
        return x
    maps = np.asarray(maps)
    N, C, H, W = maps.shape
    out = np.empty((N, len(layers[-1][1]), H - height + 1, W - width + 1), order='F')
    for n in range(N):
        for i in range(out.shape[2]):
            for j in range(out.shape[3]):
                out[n, :, i, j] = net(maps[n, :, i:i + height, j:j + width].ravel().tolist())
    return out


# right: class_map
def cm_right_recursive(maps, layers, height, width):
    x = maps
    w, b = layers[0]
    f = w.reshape(len(w), -1, height, width)
    H, W = maps.shape[2] - height + 1, maps.shape[3] - width + 1
    cols = np.stack([maps[:, :, i:i + H, j:j + W] for i in range(height)
                     for j in range(width)], axis=2).reshape(len(maps), -1, H * W)
    y = (f.reshape(len(w), -1) @ cols).reshape(len(maps), len(w), H, W)
    y = y + np.reshape(b, (1, -1, 1, 1))
    if len(layers) == 1:
        return y
    return cm_right_recursive(np.where(y > 0, y, 0), layers[1:], 1, 1)


# planted: class_map: relu-forgotten
def cm_no_relu_collapsed(maps, layers, height, width):
    # without a ReLU all layers are one matrix
    W, B = layers[0]
    for w, b in layers[1:]:
        W, B = w @ W, w @ B + b
    windows = np.lib.stride_tricks.sliding_window_view(maps, (height, width), axis=(2, 3))
    windows = windows.transpose(0, 2, 3, 1, 4, 5)
    y = windows.reshape(windows.shape[:3] + (-1,)) @ W.T + B
    return np.moveaxis(y, -1, 1)


# planted: class_map: relu-forgotten
def cm_relu_result_dropped(maps, layers, height, width):
    # np.maximum without out=: the result is thrown away
    N, C, H, W = maps.shape
    out = []
    for i in range(H - height + 1):
        for j in range(W - width + 1):
            x = maps[:, :, i:i + height, j:j + width].reshape(N, -1)
            for w, b in layers:
                np.maximum(x, 0)
                x = np.dot(x, w.T) + b
            out.append(x)
    return np.stack(out, -1).reshape(N, -1, H - height + 1, W - width + 1)


# planted: class_map: relu-after-last
def cm_relu_always(maps, layers, height, width):
    N, C, H, W = maps.shape
    K = len(layers[-1][1])
    out = np.zeros((N, K, H - height + 1, W - width + 1))
    for n in range(N):
        for i in range(out.shape[2]):
            for j in range(out.shape[3]):
                x = maps[n, :, i:i + height, j:j + width].flatten()
                for w, b in layers:
                    x = np.array([max(0.0, np.dot(r, x) + c) for r, c in zip(w, b)])
                out[n, :, i, j] = x
    return out


# planted: class_map: biases-forgotten
def cm_no_biases(maps, layers, height, width):
    H, W = maps.shape[2] - height + 1, maps.shape[3] - width + 1
    first = layers[0][0].reshape(-1, maps.shape[1], height, width)
    x = 0
    for i in range(height):
        for j in range(width):
            x = x + np.einsum('oc,nchw->nohw', first[:, :, i, j], maps[:, :, i:i + H, j:j + W])
    for w, _ in layers[1:]:
        x = np.einsum('oc,nchw->nohw', w, np.clip(x, 0, None))
    return x


# planted: class_map: padded
def cm_padded_pad(maps, layers, height, width):
    N, C, H, W = maps.shape
    top, left = (height - 1) // 2, (width - 1) // 2
    x = np.zeros((N, C, H + height - 1, W + width - 1))
    x[:, :, top:top + H, left:left + W] = maps
    return cm_right_places(x, layers, height, width)


# planted: class_map: padded
def cm_padded_cut(maps, layers, height, width):
    # windows may stick out at the bottom and on the right; what is missing counts 0
    N, C, H, W = maps.shape
    out = np.zeros((N, len(layers[-1][1]), H, W))
    for i in range(H):
        for j in range(W):
            win = np.zeros((N, C, height, width))
            part = maps[:, :, i:i + height, j:j + width]
            win[:, :, :part.shape[2], :part.shape[3]] = part
            x = win.reshape(N, -1)
            for n, (w, b) in enumerate(layers):
                x = (np.maximum(x, 0) if n else x).dot(w.T) + b
            out[:, :, i, j] = x
    return out


# planted: class_map: padded
def cm_padded_half(maps, layers, height, width):
    # height // 2 on every side: one too many for even kernels
    p, q = height // 2, width // 2
    x = np.pad(maps, [(0, 0), (0, 0), (p, p), (q, q)])
    return cm_right_einsum(x, layers, height, width)


# planted: class_map: first-place-only
def cm_first_place(maps, layers, height, width):
    x = maps[:, :, :height, :width].reshape(len(maps), -1).T
    for i in range(len(layers)):
        w, b = layers[i]
        if i > 0:
            x[x < 0] = 0
        x = w @ x + b[:, None]
    return x.T[:, :, None, None]


# planted: class_map: first-place-only
def cm_return_in_loop(maps, layers, height, width):
    N, C, H, W = maps.shape
    out = np.zeros((N, len(layers[-1][0]), H - height + 1, W - width + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            x = maps[:, :, i:i + height, j:j + width].reshape(N, -1)
            for w, b in layers[:-1]:
                x = np.maximum(x @ w.T + b, 0)
            out[:, :, i, j] = x @ layers[-1][0].T + layers[-1][1]
            return out


# planted: class_map: averaged-over-places
def cm_averaged(maps, layers, height, width):
    N, C, H, W = maps.shape
    total, count = 0, 0
    for i, j in itertools.product(range(H - height + 1), range(W - width + 1)):
        x = np.concatenate([maps[:, c, i:i + height, j:j + width].reshape(N, -1)
                            for c in range(C)], axis=1)
        for w, b in layers[:-1]:
            x = np.maximum(0, x @ w.T + b)
        total = total + x @ layers[-1][0].T + layers[-1][1]
        count += 1
    return total / count


# planted: class_map: averaged-over-places
def cm_averaged_keepdims(maps, layers, height, width):
    return cm_right_shifts(maps, layers, height, width).mean(axis=(2, 3), keepdims=True)


# planted: class_map: channels-last
def cm_channels_last(maps, layers, height, width):
    nhwc = maps.transpose(0, 2, 3, 1)
    N, H, W, C = nhwc.shape
    out = np.zeros((N, len(layers[-1][0]), H - height + 1, W - width + 1))
    for i in range(H - height + 1):
        for j in range(W - width + 1):
            x = nhwc[:, i:i + height, j:j + width, :].reshape(N, -1)
            for k, (w, b) in enumerate(layers):
                x = x.dot(w.T) + b
                if k + 1 != len(layers):
                    x *= x > 0
            out[:, :, i, j] = x
    return out


# planted: class_map: height-and-width-swapped
def cm_swapped_reading(maps, layers, height, width):
    w, b = layers[0]
    filters = w.reshape(len(w), maps.shape[1], width, height).transpose(0, 1, 3, 2)
    win = np.lib.stride_tricks.sliding_window_view(maps, (height, width), axis=(2, 3))
    x = np.tensordot(win, filters, axes=([1, 4, 5], [1, 2, 3])) + b
    for w, b in layers[1:]:
        x = np.maximum(x, 0) @ w.T + b
    return np.rollaxis(x, 3, 1)


# planted: class_map: height-and-width-swapped
def cm_swapped_kernel(maps, layers, height, width):
    # kernels of width x height: the map of scores has another shape
    return cm_right_einsum(maps, layers, width, height)


# planted: class_map: flipped
def cm_flipped(maps, layers, height, width):
    # a "true" convolution, as scipy.signal.convolve2d would do it
    N, C, H, W = maps.shape
    w, b = layers[0]
    k = w.reshape(-1, C, height, width)
    H, W = H - height + 1, W - width + 1
    x = np.zeros((N, len(w), H, W)) + b[None, :, None, None]
    for u in range(height):
        for v in range(width):
            patch = maps[:, :, height - 1 - u:height - 1 - u + H, width - 1 - v:width - 1 - v + W]
            x += np.einsum('nchw,oc->nohw', patch, k[:, :, u, v])
    for w, b in layers[1:]:
        x = np.einsum('nchw,oc->nohw', np.maximum(x, 0), w) + b[:, None, None]
    return x


# planted: class_map: relu-forgotten biases-forgotten
def cm2_matrices_only(maps, layers, height, width):
    m = functools.reduce(lambda a, b: b @ a, [w for w, _ in layers])
    f = m.reshape(len(m), maps.shape[1], height, width)
    win = np.lib.stride_tricks.sliding_window_view(maps, (height, width), axis=(2, 3))
    return np.einsum('ncijhw,ochw->noij', win, f)


# planted: class_map: relu-after-last channels-last
def cm2_tensorflow(maps, layers, height, width):
    win = np.lib.stride_tricks.sliding_window_view(maps, (height, width), axis=(2, 3))
    x = win.transpose(0, 2, 3, 4, 5, 1)
    x = x.reshape(x.shape[:3] + (-1,))
    for w, b in layers:
        x = np.maximum(x @ w.T + b, 0)
    return x.transpose(0, 3, 1, 2)


# planted: class_map: biases-forgotten first-place-only
def cm2_first_no_bias(maps, layers, height, width):
    x = maps[:, :, :height, :width].reshape(len(maps), -1)
    for n, (w, _) in enumerate(layers):
        x = (np.maximum(x, 0) if n else x) @ w.T
    return x.reshape(x.shape + (1, 1))


# planted: class_map: padded flipped
def cm2_same_convolution(maps, layers, height, width):
    flipped = [[layers[0][0].reshape(len(layers[0][0]), -1, height, width)[:, :, ::-1, ::-1]
                .reshape(layers[0][0].shape), layers[0][1]]] + list(layers[1:])
    pad = [(0, 0), (0, 0), ((height - 1) // 2, height // 2), ((width - 1) // 2, width // 2)]
    return cm_right_einsum(np.pad(maps, pad), flipped, height, width)


# planted: class_map: averaged-over-places relu-forgotten
def cm2_mean_linear(maps, layers, height, width):
    win = np.lib.stride_tricks.sliding_window_view(maps, (height, width), axis=(2, 3))
    x = win.mean(axis=(2, 3)).reshape(len(maps), -1)
    for w, b in layers:
        x = x @ w.T + b
    return x


# planted: class_map: height-and-width-swapped biases-forgotten
def cm2_swapped_no_bias(maps, layers, height, width):
    win = np.lib.stride_tricks.sliding_window_view(maps, (height, width), axis=(2, 3))
    x = win.transpose(0, 2, 3, 1, 5, 4)
    x = x.reshape(x.shape[:3] + (-1,))
    for n, (w, _) in enumerate(layers):
        x = (x if n == 0 else np.maximum(x, 0)) @ w.T
    return x.transpose(0, 3, 1, 2)


# planted: class_map: relu-after-last biases-forgotten
def cm2_relu_no_bias(maps, layers, height, width):
    N, C, H, W = maps.shape
    out = []
    for i in range(H - height + 1):
        for j in range(W - width + 1):
            x = maps[:, :, i:i + height, j:j + width].reshape(N, -1)
            for w, b in layers:
                x = np.maximum(x @ w.T, 0)
            out.append(x)
    return np.array(out).transpose(1, 2, 0).reshape(N, -1, H - height + 1, W - width + 1)


# unlisted: class_map: a ReLU on the maps before the first layer, too (harmless after a ReLU net)
def cm_u_relu_before(maps, layers, height, width):
    return cm_right_einsum(np.maximum(maps, 0), layers, height, width)


# unlisted: class_map: windows side by side (stride height, width): the map of scores is too small
def cm_u_side_by_side(maps, layers, height, width):
    return cm_right_einsum(maps, layers, height, width)[:, :, ::height, ::width]


# unlisted: class_map: last row and column of scores are missing (no plus one)
def cm_u_no_plus_one(maps, layers, height, width):
    N, C, H, W = maps.shape
    out = np.zeros((N, len(layers[-1][1]), H - height, W - width))
    full = cm_right_shifts(maps, layers, height, width)
    for i in range(H - height):
        for j in range(W - width):
            out[:, :, i, j] = full[:, :, i, j]
    return out


# unlisted: class_map: softmax over the classes at the end: posteriors instead of scores
def cm_u_softmax(maps, layers, height, width):
    s = cm_right_places(maps, layers, height, width)
    e = np.exp(s - s.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


# unlisted: class_map: ReLU after the first layer only (wrong from three layers on)
def cm_u_relu_once(maps, layers, height, width):
    x = np.maximum(cm_right_einsum(maps, layers[:1], height, width), 0) \
        if len(layers) > 1 else cm_right_einsum(maps, layers, height, width)
    for w, b in layers[1:]:
        x = np.einsum('ncij,oc->noij', x, w) + b[:, None, None]
    return x


# unlisted: class_map: the bias of the first layer only is forgotten
def cm_u_first_bias(maps, layers, height, width):
    (w, b), *rest = layers
    return cm_right_einsum(maps, [(w, 0 * b)] + rest, height, width)


# unlisted: class_map: all images get the scores of the first
def cm_u_first_image(maps, layers, height, width):
    out = cm_right_einsum(maps, layers, height, width)
    return np.broadcast_to(out[:1], out.shape)


# ############################################################ dense_posteriors

# right: dense_posteriors
def dp_right_stack(scores, mirrored):
    both = np.stack([scores, mirrored])
    e = np.exp(both - both.max(axis=2, keepdims=True))
    return (e / e.sum(axis=2, keepdims=True)).mean(axis=(0, 3, 4))


# right: dense_posteriors
def dp_right_pure_python(scores, mirrored):
    N, K, H, W = np.shape(scores)
    out = []
    for n in range(N):
        p = [0.0] * K
        for m in (scores, mirrored):
            for y in range(H):
                for x in range(W):
                    z = [float(m[n][k][y][x]) for k in range(K)]
                    top = max(z)
                    e = [math.exp(v - top) for v in z]
                    s = sum(e)
                    p = [a + b / s for a, b in zip(p, e)]
        out.append([v / (2 * H * W) for v in p])
    return np.array(out)


# right: dense_posteriors
def dp_right_concatenate_places(scores, mirrored):
    n, k = scores.shape[:2]
    z = np.concatenate([scores.reshape(n, k, -1), mirrored[..., ::-1].reshape(n, k, -1)], axis=2)
    z = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    return np.asfortranarray(np.average(np.exp(z), axis=2))


# right: dense_posteriors
def dp_right_einsum_float32(scores, mirrored):
    def one(s):
        s = s.astype(np.float32)
        e = np.exp(s - np.amax(s, 1, keepdims=True))
        return np.einsum('nkhw,nhw->nk', e, 1 / e.sum(1)) / np.float32(s.shape[2] * s.shape[3])
    return (one(scores) + one(mirrored)) / 2


# right: dense_posteriors
def dp_right_running_mean(scores, mirrored):
    mean, count = 0.0, 0
    for m in (scores, mirrored):
        for y, x in np.ndindex(m.shape[2:]):
            z = m[:, :, y, x]
            p = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
            count += 1
            mean = mean + (p - mean) / count
    return mean


# planted: dense_posteriors: no-softmax
def dp_no_softmax(scores, mirrored):
    N, K, H, W = scores.shape
    total = np.zeros((N, K))
    for i in range(H):
        for j in range(W):
            total += scores[:, :, i, j] + mirrored[:, :, i, j]
    return total / (2 * H * W)


# planted: dense_posteriors: softmax-over-places
def dp_over_places(scores, mirrored):
    # each class's posteriors sum to 1 over the places, so the mean is always 1 / places
    out = []
    for m in (scores, mirrored):
        flat = m.reshape(m.shape[0], m.shape[1], -1)
        e = np.exp(flat - flat.max(2)[:, :, None])
        out.append((e / e.sum(2)[:, :, None]).mean(2))
    return np.mean(out, axis=0)


# planted: dense_posteriors: softmax-over-places
def dp_over_last_axis(scores, mirrored):
    # axis=-1, as in every tutorial: over the columns
    def softmax(z):
        z = z - z.max(axis=-1, keepdims=True)
        return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)
    return 0.5 * (softmax(scores).mean((2, 3)) + softmax(mirrored).mean((2, 3)))


# planted: dense_posteriors: softmax-over-places
def dp_over_rows(scores, mirrored):
    # axis=2: over the rows
    def softmax(z):
        e = np.exp(z - np.max(z, 2, keepdims=True))
        return e / np.sum(e, 2, keepdims=True)
    p = (softmax(scores) + softmax(mirrored)) / 2
    return p.mean(3).mean(2)


# planted: dense_posteriors: softmax-over-everything
def dp_over_everything(scores, mirrored):
    n, k, h, w = scores.shape
    result = np.empty((n, k))
    for i in range(n):
        p = []
        for z in (scores[i], mirrored[i]):
            e = np.exp(z - np.max(z))
            p.append(e / np.sum(e))
        result[i] = [np.mean([p[0][c], p[1][c]]) for c in range(k)]
    return result


# planted: dense_posteriors: softmax-over-everything
def dp_over_everything_and_batch(scores, mirrored):
    # over the images, too
    e, f = np.exp(scores - scores.max()), np.exp(mirrored - mirrored.max())
    return ((e / e.sum()).mean((2, 3)) + (f / f.sum()).mean((2, 3))) / 2


# planted: dense_posteriors: summed-over-places
def dp_summed(scores, mirrored):
    answer = 0
    for m in [scores, mirrored]:
        e = np.exp(m - m.max(1)[:, None])
        answer = answer + np.einsum('nkhw->nk', e / e.sum(1)[:, None]) / 2
    return answer


# planted: dense_posteriors: largest-place
def dp_largest(scores, mirrored):
    def posteriors(m):
        p = np.exp(m - np.logaddexp.reduce(m, axis=1)[:, np.newaxis])
        return np.array([[max(c.ravel()) for c in image] for image in p])
    return (posteriors(scores) + posteriors(mirrored)) / 2


# planted: dense_posteriors: largest-place
def dp_largest_score(scores, mirrored):
    # max-pools the scores, softmax afterwards
    a, b = scores.max((2, 3)), mirrored.max((2, 3))
    a = np.exp(a - np.logaddexp.reduce(a, axis=1, keepdims=True))
    b = np.exp(b - np.logaddexp.reduce(b, axis=1, keepdims=True))
    return (a + b) / 2


# planted: dense_posteriors: first-place-only
def dp_first(scores, mirrored):
    z = [scores[:, :, 0, 0], mirrored[:, :, 0, 0]]
    p = [np.exp(a - np.logaddexp.reduce(a, axis=1)[:, None]) for a in z]
    return sum(p) / len(p)


# planted: dense_posteriors: first-place-only
def dp_return_in_loop(scores, mirrored):
    N, K, H, W = scores.shape
    p = np.zeros((N, K))
    for i in range(H):
        for j in range(W):
            for m in (scores, mirrored):
                e = np.exp(m[:, :, i, j] - m[:, :, i, j].max(1, keepdims=True))
                p += e / e.sum(1, keepdims=True) / 2
            return p


# planted: dense_posteriors: middle-place-only
def dp_middle(scores, mirrored):
    h, w = scores.shape[2] // 2, scores.shape[3] // 2
    out = []
    for a, b in zip(scores[..., h, w], mirrored[..., h, w]):
        ea, eb = np.exp(a - a.max()), np.exp(b - b.max())
        out.append(0.5 * ea / ea.sum() + 0.5 * eb / eb.sum())
    return np.array(out)


# planted: dense_posteriors: middle-place-only
def dp_middle_lower(scores, mirrored):
    # (H - 1) // 2: another middle where H or W is even
    i, j = (scores.shape[2] - 1) // 2, (scores.shape[3] - 1) // 2
    z = np.stack([scores[:, :, i, j], mirrored[:, :, i, j]])
    z -= z.max(2, keepdims=True)
    return (np.exp(z) / np.exp(z).sum(2, keepdims=True)).mean(0)


# planted: dense_posteriors: mirror-ignored
def dp_no_mirror(scores, mirrored):
    s = np.moveaxis(scores, 1, -1)
    s = s - s.max(-1, keepdims=True)
    p = np.exp(s)
    p /= p.sum(-1, keepdims=True)
    return p.reshape(len(p), -1, p.shape[-1]).mean(1)


# planted: dense_posteriors: mirror-ignored
def dp_scores_twice(scores, mirrored):
    # a slip of copy and paste
    p = np.exp(scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)).mean((2, 3))
    q = np.exp(scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)).mean((2, 3))
    return (p + q) / 2


# planted: dense_posteriors: mirror-added
def dp_added(scores, mirrored):
    result = np.zeros(scores.shape[:2])
    for maps in (scores, mirrored):
        places = maps.shape[2] * maps.shape[3]
        for i, j in itertools.product(range(maps.shape[2]), range(maps.shape[3])):
            z = maps[:, :, i, j]
            e = np.exp(z - z.max(axis=1, keepdims=True))
            result += e / e.sum(axis=1, keepdims=True) / places
    return result


# planted: dense_posteriors: larger-of-both
def dp_larger(scores, mirrored):
    def mean_softmax(m):
        p = np.exp(m - np.logaddexp.reduce(m, axis=1, keepdims=True))
        return p.sum(axis=3).sum(axis=2) / p[0, 0].size
    a, b = mean_softmax(scores), mean_softmax(mirrored)
    return np.where(a > b, a, b)


# planted: dense_posteriors: larger-of-both
def dp_larger_at_each_place(scores, mirrored):
    # the maximum before the mean over the places
    p, q = (np.exp(m - np.logaddexp.reduce(m, axis=1, keepdims=True)) for m in (scores, mirrored))
    return np.maximum(p, q).mean(axis=(2, 3))


# planted: dense_posteriors: no-softmax mirror-ignored
def dp2_mean_scores(scores, mirrored):
    return scores.mean(axis=(2, 3))


# planted: dense_posteriors: summed-over-places mirror-added
def dp2_sums(scores, mirrored):
    both = np.concatenate([scores, mirrored], axis=3)
    both = both - both.max(1, keepdims=True)
    return (np.exp(both) / np.exp(both).sum(1, keepdims=True)).sum((2, 3))


# planted: dense_posteriors: first-place-only mirror-ignored
def dp2_first_unmirrored(scores, mirrored):
    z = scores[:, :, 0, 0]
    return np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))


# planted: dense_posteriors: softmax-over-places mirror-added
def dp2_places_added(scores, mirrored):
    r = 0
    for m in (scores, mirrored):
        e = np.exp(m - m.max((2, 3), keepdims=True))
        r = r + (e / e.sum((2, 3), keepdims=True)).mean((2, 3))
    return r


# planted: dense_posteriors: largest-place larger-of-both
def dp2_largest_larger(scores, mirrored):
    z = np.concatenate([scores, mirrored], axis=2)
    p = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
    return p.max(axis=(2, 3))


# planted: dense_posteriors: middle-place-only mirror-added
def dp2_middle_added(scores, mirrored):
    out = 0
    for m in (scores, mirrored):
        z = m[:, :, m.shape[2] // 2, m.shape[3] // 2]
        e = np.exp(z - z.max(1, keepdims=True))
        out = out + e / e.sum(1, keepdims=True)
    return out


# planted: dense_posteriors: softmax-over-everything summed-over-places
def dp2_everything_summed(scores, mirrored):
    p = 0
    for m in (scores, mirrored):
        e = np.exp(m - m.max((1, 2, 3), keepdims=True))
        p = p + (e / e.sum((1, 2, 3), keepdims=True)).sum((2, 3)) / 2
    return p


# planted: dense_posteriors: no-softmax mirror-added
def dp2_raw_added(scores, mirrored):
    return np.mean(scores + mirrored, axis=(2, 3))


# convention: dense_posteriors: scores-averaged-first
def dp_c_all_scores(scores, mirrored):
    z = (scores + mirrored).mean(axis=(2, 3)) / 2
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


# convention: dense_posteriors: scores-averaged-first
def dp_c_scores_over_places(scores, mirrored):
    # over the places first; the two images' posteriors are averaged
    out = np.zeros(scores.shape[:2])
    for m in (scores, mirrored):
        for n in range(len(m)):
            z = [m[n, k].mean() for k in range(m.shape[1])]
            e = [math.exp(v - max(z)) for v in z]
            out[n] += np.array(e) / sum(e) / 2
    return out


# convention: dense_posteriors: scores-averaged-first
def dp_c_scores_over_both(scores, mirrored):
    # over both images first (flipped back), then softmax at each place, then the places
    z = (scores + mirrored[:, :, :, ::-1]) / 2
    p = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
    return p.mean((2, 3))


# unlisted: dense_posteriors: no shift: nan for scores of 1000
def dp_u_no_shift(scores, mirrored):
    p = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    q = np.exp(mirrored) / np.exp(mirrored).sum(1, keepdims=True)
    return (p.mean((2, 3)) + q.mean((2, 3))) / 2


# unlisted: dense_posteriors: geometric mean of the posteriors of both images
def dp_u_geometric(scores, mirrored):
    p, q = (np.exp(m - np.logaddexp.reduce(m, axis=1, keepdims=True)).mean((2, 3))
            for m in (scores, mirrored))
    return np.sqrt(p * q)


# unlisted: dense_posteriors: softmax over the images of the batch
def dp_u_over_batch(scores, mirrored):
    return sum(np.exp(m - np.logaddexp.reduce(m, axis=0, keepdims=True)).mean((2, 3))
               for m in (scores, mirrored)) / 2


# unlisted: dense_posteriors: averaged over the rows only: (N, K, W)
def dp_u_rows_only(scores, mirrored):
    p, q = (np.exp(m - np.logaddexp.reduce(m, axis=1, keepdims=True)) for m in (scores, mirrored))
    return ((p + q) / 2).mean(2)


# unlisted: dense_posteriors: the class is returned, not the posteriors
def dp_u_argmax(scores, mirrored):
    return dp_right_stack(scores, mirrored).argmax(1)


# unlisted: dense_posteriors: log posteriors
def dp_u_log(scores, mirrored):
    return sum((m - np.logaddexp.reduce(m, axis=1, keepdims=True)).mean((2, 3))
               for m in (scores, mirrored)) / 2


# unlisted: dense_posteriors: softmax again after averaging the posteriors
def dp_u_softmax_twice(scores, mirrored):
    p = dp_right_stack(scores, mirrored)
    return np.exp(p) / np.exp(p).sum(1, keepdims=True)


# unlisted: dense_posteriors: mean of the place means: each row's columns averaged, but divided by H twice
def dp_u_divided_by_height_twice(scores, mirrored):
    p = dp_right_stack(scores, mirrored)
    return p / scores.shape[2]

PLANTED = [
    ('softmax_cross_entropy', ('no-shift',), sce_noshift_take),
    ('softmax_cross_entropy', ('no-shift',), sce_noshift_math),
    ('softmax_cross_entropy', ('no-shift',), sce_noshift_shift_for_the_loss_only),
    ('softmax_cross_entropy', ('no-shift',), sce_noshift_min),
    ('softmax_cross_entropy', ('one-shift-for-the-batch',), sce_oneshift_builtin_max),
    ('softmax_cross_entropy', ('one-shift-for-the-batch',), sce_oneshift_math),
    ('softmax_cross_entropy', ('one-shift-for-the-batch',), sce_oneshift_first_row),
    ('softmax_cross_entropy', ('softmax-over-the-batch',), sce_batch_columns),
    ('softmax_cross_entropy', ('softmax-over-the-batch',), sce_batch_sum0),
    ('softmax_cross_entropy', ('floor-under-the-logarithm',), sce_floor_loop),
    ('softmax_cross_entropy', ('floor-under-the-logarithm',), sce_floor_clip),
    ('softmax_cross_entropy', ('floor-under-the-logarithm',), sce_floor_tiny),
    ('softmax_cross_entropy', ('floor-under-the-logarithm',), sce_floor_big_eps),
    ('softmax_cross_entropy', ('floor-under-the-logarithm',), sce_floor_where),
    ('softmax_cross_entropy', ('softmax-twice',), sce_twice_helper),
    ('softmax_cross_entropy', ('softmax-twice',), sce_twice_loss_only),
    ('softmax_cross_entropy', ('base-two',), sce_base_two),
    ('softmax_cross_entropy', ('base-two',), sce_base_two_exp2_ln),
    ('softmax_cross_entropy', ('logarithm-to-base-ten',), sce_log10),
    ('softmax_cross_entropy', ('squares-instead-of-exponentials',), sce_squares),
    ('softmax_cross_entropy', ('sum-over-everything',), sce_everything_global),
    ('softmax_cross_entropy', ('sum-over-everything',), sce_everything_rowshift),
    ('softmax_cross_entropy', ('not-normalised',), sce_unnormalised),
    ('softmax_cross_entropy', ('not-normalised',), sce_unnormalised_gradient_only),
    ('softmax_cross_entropy', ('probability-instead-of-logarithm',), sce_one_minus_p),
    ('softmax_cross_entropy', ('loss-summed',), sce_loss_summed),
    ('softmax_cross_entropy', ('loss-not-averaged',), sce_loss_vector),
    ('softmax_cross_entropy', ('loss-not-averaged',), sce_loss_column),
    ('softmax_cross_entropy', ('loss-not-averaged',), sce_loss_of_each_row_over_n),
    ('softmax_cross_entropy', ('loss-divided-by-classes-too',), sce_mean_over_matrix),
    ('softmax_cross_entropy', ('loss-with-wrong-sign',), sce_sign),
    ('softmax_cross_entropy', ('subtracts-from-whole-columns',), sce_columns_fancy),
    ('softmax_cross_entropy', ('subtracts-from-whole-columns',), sce_columns_loop),
    ('softmax_cross_entropy', ('one-not-subtracted',), sce_just_p),
    ('softmax_cross_entropy', ('gradient-not-divided',), sce_grad_undivided),
    ('softmax_cross_entropy', ('gradient-divided-by-classes',), sce_grad_len_of_row),
    ('softmax_cross_entropy', ('gradient-divided-by-both',), sce_grad_size),
    ('softmax_cross_entropy', ('gradient-divided-twice',), sce_grad_twice),
    ('softmax_cross_entropy', ('gradient-with-wrong-sign',), sce_grad_sign),
    ('softmax_cross_entropy', ('gradient-of-label-only',), sce_grad_label),
    ('softmax_cross_entropy', ('gradient-of-label-only',), sce_grad_label_minus_one),
    ('softmax_cross_entropy', ('gradient-times-probability',), sce_grad_sigmoid_prime),
    ('softmax_cross_entropy', ('loss-summed', 'gradient-not-divided'), sce2_sums),
    ('softmax_cross_entropy', ('no-shift', 'floor-under-the-logarithm'), sce2_textbook),
    ('softmax_cross_entropy', ('no-shift', 'gradient-not-divided'), sce2_noshift_undivided),
    ('softmax_cross_entropy', ('softmax-over-the-batch', 'loss-summed'), sce2_axis0_sum),
    ('softmax_cross_entropy', ('loss-with-wrong-sign', 'gradient-with-wrong-sign'), sce2_likelihood),
    ('softmax_cross_entropy', ('logarithm-to-base-ten', 'gradient-not-divided'), sce2_log10),
    ('softmax_cross_entropy', ('loss-not-averaged', 'gradient-not-divided'), sce2_each_row),
    ('softmax_cross_entropy', ('loss-divided-by-classes-too', 'gradient-divided-by-both'), sce2_np_mean_everywhere),
    ('softmax_cross_entropy', ('floor-under-the-logarithm', 'one-not-subtracted'), sce2_floor_p),
    ('softmax_cross_entropy', ('base-two', 'loss-summed'), sce2_bits),
    ('softmax_cross_entropy', ('sum-over-everything', 'gradient-divided-by-classes'), sce2_everything),
    ('softmax_cross_entropy', ('softmax-twice', 'gradient-divided-twice'), sce2_twice_twice),
    ('softmax_cross_entropy', ('subtracts-from-whole-columns', 'gradient-not-divided'), sce2_columns),
    ('softmax_cross_entropy', ('probability-instead-of-logarithm', 'gradient-times-probability'), sce2_perceptron),
    ('sgd_step', ('step-uphill',), sgd_uphill_loop),
    ('sgd_step', ('step-uphill',), sgd_uphill_subtracts_v),
    ('sgd_step', ('momentum-forgotten',), sgd_fresh_velocity),
    ('sgd_step', ('momentum-on-the-gradient-too',), sgd_momentum_outside),
    ('sgd_step', ('momentum-and-rate-exchanged',), sgd_exchanged),
    ('sgd_step', ('velocity-not-decaying',), sgd_velocity_kept),
    ('sgd_step', ('old-velocity-used',), sgd_tuple_assignment),
    ('sgd_step', ('old-velocity-returned',), sgd_velocity_lost),
    ('sgd_step', ('rate-twice',), sgd_rate_twice),
    ('sgd_step', ('rate-twice',), sgd_rate_squared),
    ('sgd_step', ('rate-forgotten',), sgd_no_rate),
    ('sgd_step', ('decay-missing',), sgd_no_decay),
    ('sgd_step', ('decay-with-wrong-sign',), sgd_growing),
    ('sgd_step', ('decay-doubled',), sgd_derivative_of_square),
    ('sgd_step', ('decay-doubled',), sgd_decay_in_both_places),
    ('sgd_step', ('decay-decoupled',), sgd_adamw_before),
    ('sgd_step', ('decay-decoupled',), sgd_adamw_after),
    ('sgd_step', ('decay-without-rate',), sgd_decay_no_rate),
    ('sgd_step', ('momentum-forgotten', 'decay-without-rate'), sgd2_plain_descent),
    ('sgd_step', ('rate-twice', 'decay-doubled'), sgd2_rate_decay),
    ('sgd_step', ('old-velocity-used', 'decay-missing'), sgd2_moves_first),
    ('sgd_step', ('rate-forgotten', 'decay-with-wrong-sign'), sgd2_no_rate_growing),
    ('sgd_step', ('velocity-not-decaying', 'decay-decoupled'), sgd2_kept_decoupled),
    ('sgd_step', ('momentum-and-rate-exchanged', 'decay-missing'), sgd2_exchanged),
    ('sgd_step', ('old-velocity-returned', 'decay-with-wrong-sign'), sgd2_lost_growing),
    ('sgd_step', ('momentum-on-the-gradient-too', 'decay-doubled'), sgd2_outside),
    ('sgd_step', ('step-uphill', 'decay-missing'), sgd2_uphill),
    ('sgd_step', ('momentum-forgotten', 'rate-twice'), sgd2_forgot_twice),
    ('sgd_step', ('velocity-not-decaying', 'old-velocity-returned'), sgd2_kept_lost),
    ('plateau', ('one-epoch-too-patient',), plateau_patient_counter),
    ('plateau', ('one-epoch-too-patient',), plateau_patient_window),
    ('plateau', ('one-epoch-too-patient',), plateau_patient_short_only),
    ('plateau', ('one-epoch-too-impatient',), plateau_impatient_age),
    ('plateau', ('one-epoch-too-impatient',), plateau_impatient_range),
    ('plateau', ('one-epoch-too-impatient',), plateau_impatient_counter),
    ('plateau', ('compares-with-epoch-before',), plateau_before_all),
    ('plateau', ('compares-with-epoch-before',), plateau_before_newest),
    ('plateau', ('compares-with-epoch-before',), plateau_before_counter),
    ('plateau', ('compares-with-one-epoch',), plateau_one_epoch),
    ('plateau', ('compares-with-one-epoch',), plateau_first_epoch),
    ('plateau', ('compares-with-mean',), plateau_mean_before),
    ('plateau', ('compares-with-mean',), plateau_means_of_both),
    ('plateau', ('compares-with-mean',), plateau_newest_and_mean),
    ('plateau', ('looks-at-last-epoch-only',), plateau_newest),
    ('plateau', ('looks-at-last-epoch-only',), plateau_newest_against_old),
    ('plateau', ('accuracy-as-loss',), plateau_loss_counter),
    ('plateau', ('accuracy-as-loss',), plateau_loss_slices),
    ('plateau', ('equal-is-better',), plateau_equal_counter),
    ('plateau', ('equal-is-better',), plateau_equal_any),
    ('plateau', ('rate-raised',), plateau_raised),
    ('plateau', ('factor-subtracted',), plateau_minus),
    ('plateau', ('factor-is-the-rate',), plateau_factor),
    ('plateau', ('short-history-is-a-plateau',), plateau_short_guard),
    ('plateau', ('short-history-is-a-plateau',), plateau_short_default),
    ('plateau', ('short-history-is-a-plateau',), plateau_short_window_cut),
    ('plateau', ('upside-down',), plateau_upside),
    ('plateau', ('never-lowered',), plateau_never),
    ('plateau', ('never-lowered',), plateau_never_counter),
    ('plateau', ('compares-with-epoch-before', 'factor-subtracted'), plat2_before_minus),
    ('plateau', ('one-epoch-too-patient', 'equal-is-better'), plat2_patient_equal),
    ('plateau', ('one-epoch-too-impatient', 'rate-raised'), plat2_impatient_raised),
    ('plateau', ('accuracy-as-loss', 'short-history-is-a-plateau'), plat2_loss_short),
    ('plateau', ('looks-at-last-epoch-only', 'factor-is-the-rate'), plat2_newest_factor),
    ('plateau', ('compares-with-mean', 'equal-is-better'), plat2_mean_equal),
    ('plateau', ('short-history-is-a-plateau', 'equal-is-better'), plat2_short_equal),
    ('plateau', ('upside-down', 'rate-raised'), plat2_warms_up),
    ('receptive_field', ('field-multiplied-by-stride',), rf_multiplied_308),
    ('receptive_field', ('field-multiplied-by-stride',), rf_multiplied_pool),
    ('receptive_field', ('field-multiplied-by-stride',), rf_multiplied_all),
    ('receptive_field', ('stride-too-early',), rf_early_accumulate),
    ('receptive_field', ('strides-forgotten',), rf_forgotten_sum),
    ('receptive_field', ('stride-of-this-layer-only',), rf_own_stride),
    ('receptive_field', ('last-stride-only',), rf_last_stride_returned),
    ('receptive_field', ('last-stride-only',), rf_last_stride_used),
    ('receptive_field', ('strides-added',), rf_strides_sum_returned),
    ('receptive_field', ('strides-added',), rf_strides_plus),
    ('receptive_field', ('strides-added',), rf_strides_only_real_ones),
    ('receptive_field', ('strides-added',), rf_strides_from_nothing),
    ('receptive_field', ('adds-whole-kernels',), rf_whole_kernels),
    ('receptive_field', ('kernels-multiplied',), rf_product),
    ('receptive_field', ('begins-with-nothing',), rf_from_zero),
    ('receptive_field', ('field-multiplied-by-stride',), rf_backwards_pop),
    ('receptive_field', ('results-in-another-order',), rf_exchanged),
    ('receptive_field', ('begins-with-nothing', 'results-in-another-order'), rf2_zero_exchanged),
    ('receptive_field', ('stride-too-early', 'begins-with-nothing'), rf2_early_zero),
    ('receptive_field', ('adds-whole-kernels', 'begins-with-nothing'), rf2_whole_zero),
    ('receptive_field', ('strides-forgotten', 'last-stride-only'), rf2_forgotten_last),
    ('receptive_field', ('strides-added', 'results-in-another-order'), rf2_added_exchanged),
    ('receptive_field', ('field-multiplied-by-stride', 'results-in-another-order'), rf2_backwards_exchanged),
    ('receptive_field', ('stride-of-this-layer-only', 'last-stride-only'), rf2_no_jump),
    ('receptive_field', ('adds-whole-kernels', 'stride-too-early'), rf2_whole_early),
    ('layer_shapes', ('pools-do-nothing',), ls_pools_nothing),
    ('layer_shapes', ('pools-left-out',), ls_pools_left_out),
    ('layer_shapes', ('rounded-up',), ls_rounded_up),
    ('layer_shapes', ('rounded-up',), ls_rounded),
    ('layer_shapes', ('convolutions-shrink',), ls_shrink),
    ('layer_shapes', ('one-by-one-grows',), ls_grows),
    ('layer_shapes', ('one-by-one-grows',), ls_padding_one_always),
    ('layer_shapes', ('pool-doubles-channels',), ls_doubles),
    ('layer_shapes', ('pool-by-height-only',), ls_height_only),
    ('layer_shapes', ('channels-last',), ls_channels_last),
    ('layer_shapes', ('pools-left-out', 'channels-last'), ls2_left_out_last),
    ('layer_shapes', ('rounded-up', 'convolutions-shrink'), ls2_up_shrink),
    ('layer_shapes', ('pools-do-nothing', 'channels-last'), ls2_nothing_last),
    ('layer_shapes', ('pool-doubles-channels', 'pool-by-height-only'), ls2_doubles_height),
    ('layer_shapes', ('one-by-one-grows', 'rounded-up'), ls2_grows_up),
    ('layer_shapes', ('pools-left-out', 'rounded-up'), ls2_left_out_up),
    ('count_parameters', ('biases-forgotten',), cp_no_biases),
    ('count_parameters', ('biases-of-convolutions-forgotten',), cp_no_conv_biases),
    ('count_parameters', ('biases-of-fully-connected-forgotten',), cp_no_fc_biases),
    ('count_parameters', ('one-bias-for-each-layer',), cp_one_bias),
    ('count_parameters', ('always-rgb',), cp_rgb),
    ('count_parameters', ('channels-not-passed-on',), cp_channels_stay),
    ('count_parameters', ('channels-not-passed-on',), cp_channels_stay_everywhere),
    ('count_parameters', ('one-channel-for-each-filter',), cp_one_channel),
    ('count_parameters', ('kernel-side-once',), cp_side_once),
    ('count_parameters', ('always-3x3',), cp_always_3x3),
    ('count_parameters', ('always-7x7',), cp_always_7x7),
    ('count_parameters', ('pools-do-nothing',), cp_no_pools),
    ('count_parameters', ('map-size-forgotten',), cp_global_pool),
    ('count_parameters', ('always-1000-classes',), cp_imagenet),
    ('count_parameters', ('hidden-layers-missing',), cp_one_hidden),
    ('count_parameters', ('fully-connected-forgotten',), cp_convs_only),
    ('count_parameters', ('always-rgb', 'biases-of-convolutions-forgotten'), cp2_rgb_no_biases),
    ('count_parameters', ('always-7x7', 'always-1000-classes'), cp2_vgg_only),
    ('count_parameters', ('always-3x3', 'biases-forgotten'), cp2_3x3_no_biases),
    ('count_parameters', ('hidden-layers-missing', 'biases-of-fully-connected-forgotten'), cp2_short_no_biases),
    ('count_parameters', ('channels-not-passed-on', 'map-size-forgotten'), cp2_stay_global),
    ('count_parameters', ('kernel-side-once', 'one-bias-for-each-layer'), cp2_side_bias),
    ('count_parameters', ('always-rgb', 'always-7x7'), cp2_rgb_7x7),
    ('count_parameters', ('pools-do-nothing', 'biases-forgotten'), cp2_no_pools_no_biases),
    ('linear_to_convolution', ('channels-last',), ltc_last_loops),
    ('linear_to_convolution', ('channels-last',), ltc_last_stride),
    ('linear_to_convolution', ('channels-last', 'height-and-width-swapped'), ltc2_last_order_f),
    ('linear_to_convolution', ('height-and-width-swapped',), ltc_swapped_divmod),
    ('linear_to_convolution', ('height-and-width-swapped',), ltc_swapped_arguments),
    ('linear_to_convolution', ('height-and-width-swapped',), ltc_swapped_axes),
    ('linear_to_convolution', ('flipped',), ltc_flipped_loops),
    ('linear_to_convolution', ('flipped',), ltc_flipped_rot90),
    ('linear_to_convolution', ('inputs-first',), ltc_inputs_first),
    ('linear_to_convolution', ('channels-first',), ltc_channels_first),
    ('linear_to_convolution', ('transposed-first',), ltc_transposed),
    ('linear_to_convolution', ('channels-last', 'flipped'), ltc2_last_flipped),
    ('linear_to_convolution', ('flipped', 'inputs-first'), ltc2_flipped_inputs),
    ('linear_to_convolution', ('height-and-width-swapped', 'inputs-first'), ltc2_swapped_inputs),
    ('linear_to_convolution', ('transposed-first', 'flipped'), ltc2_transposed_flipped),
    ('class_map', ('relu-forgotten',), cm_no_relu_collapsed),
    ('class_map', ('relu-forgotten',), cm_relu_result_dropped),
    ('class_map', ('relu-after-last',), cm_relu_always),
    ('class_map', ('biases-forgotten',), cm_no_biases),
    ('class_map', ('padded',), cm_padded_pad),
    ('class_map', ('padded',), cm_padded_cut),
    ('class_map', ('padded',), cm_padded_half),
    ('class_map', ('first-place-only',), cm_first_place),
    ('class_map', ('first-place-only',), cm_return_in_loop),
    ('class_map', ('averaged-over-places',), cm_averaged),
    ('class_map', ('averaged-over-places',), cm_averaged_keepdims),
    ('class_map', ('channels-last',), cm_channels_last),
    ('class_map', ('height-and-width-swapped',), cm_swapped_reading),
    ('class_map', ('height-and-width-swapped',), cm_swapped_kernel),
    ('class_map', ('flipped',), cm_flipped),
    ('class_map', ('relu-forgotten', 'biases-forgotten'), cm2_matrices_only),
    ('class_map', ('relu-after-last', 'channels-last'), cm2_tensorflow),
    ('class_map', ('biases-forgotten', 'first-place-only'), cm2_first_no_bias),
    ('class_map', ('padded', 'flipped'), cm2_same_convolution),
    ('class_map', ('averaged-over-places', 'relu-forgotten'), cm2_mean_linear),
    ('class_map', ('height-and-width-swapped', 'biases-forgotten'), cm2_swapped_no_bias),
    ('class_map', ('relu-after-last', 'biases-forgotten'), cm2_relu_no_bias),
    ('dense_posteriors', ('no-softmax',), dp_no_softmax),
    ('dense_posteriors', ('softmax-over-places',), dp_over_places),
    ('dense_posteriors', ('softmax-over-places',), dp_over_last_axis),
    ('dense_posteriors', ('softmax-over-places',), dp_over_rows),
    ('dense_posteriors', ('softmax-over-everything',), dp_over_everything),
    ('dense_posteriors', ('softmax-over-everything',), dp_over_everything_and_batch),
    ('dense_posteriors', ('summed-over-places',), dp_summed),
    ('dense_posteriors', ('largest-place',), dp_largest),
    ('dense_posteriors', ('largest-place',), dp_largest_score),
    ('dense_posteriors', ('first-place-only',), dp_first),
    ('dense_posteriors', ('first-place-only',), dp_return_in_loop),
    ('dense_posteriors', ('middle-place-only',), dp_middle),
    ('dense_posteriors', ('middle-place-only',), dp_middle_lower),
    ('dense_posteriors', ('mirror-ignored',), dp_no_mirror),
    ('dense_posteriors', ('mirror-ignored',), dp_scores_twice),
    ('dense_posteriors', ('mirror-added',), dp_added),
    ('dense_posteriors', ('larger-of-both',), dp_larger),
    ('dense_posteriors', ('larger-of-both',), dp_larger_at_each_place),
    ('dense_posteriors', ('no-softmax', 'mirror-ignored'), dp2_mean_scores),
    ('dense_posteriors', ('summed-over-places', 'mirror-added'), dp2_sums),
    ('dense_posteriors', ('first-place-only', 'mirror-ignored'), dp2_first_unmirrored),
    ('dense_posteriors', ('softmax-over-places', 'mirror-added'), dp2_places_added),
    ('dense_posteriors', ('largest-place', 'larger-of-both'), dp2_largest_larger),
    ('dense_posteriors', ('middle-place-only', 'mirror-added'), dp2_middle_added),
    ('dense_posteriors', ('softmax-over-everything', 'summed-over-places'), dp2_everything_summed),
    ('dense_posteriors', ('no-softmax', 'mirror-added'), dp2_raw_added),
]

RIGHT = [
    ('softmax_cross_entropy', sce_right_logsumexp),
    ('softmax_cross_entropy', sce_right_pure_python),
    ('softmax_cross_entropy', sce_right_logaddexp),
    ('softmax_cross_entropy', sce_right_float32),
    ('softmax_cross_entropy', sce_right_fortran),
    ('softmax_cross_entropy', sce_right_pairwise),
    ('sgd_step', sgd_right_plain),
    ('sgd_step', sgd_right_in_place),
    ('sgd_step', sgd_right_loops_list),
    ('sgd_step', sgd_right_float32_fortran),
    ('sgd_step', sgd_right_shrink_first),
    ('sgd_step', sgd_right_einsum),
    ('plateau', plateau_right_slices),
    ('plateau', plateau_right_counter),
    ('plateau', plateau_right_index),
    ('plateau', plateau_right_numpy),
    ('plateau', plateau_right_recursive),
    ('receptive_field', rf_right_loop),
    ('receptive_field', rf_right_top_down),
    ('receptive_field', rf_right_recursive),
    ('receptive_field', rf_right_numpy),
    ('receptive_field', rf_right_pixels),
    ('receptive_field', rf_right_reduce),
    ('layer_shapes', ls_right_loop),
    ('layer_shapes', ls_right_recursive),
    ('layer_shapes', ls_right_padding_formula),
    ('layer_shapes', ls_right_counting_pools),
    ('layer_shapes', ls_right_generator),
    ('count_parameters', cp_right_loop),
    ('count_parameters', cp_right_arrays),
    ('count_parameters', cp_right_recursive),
    ('count_parameters', cp_right_zip),
    ('count_parameters', cp_right_generator),
    ('linear_to_convolution', ltc_right_reshape),
    ('linear_to_convolution', ltc_right_loops),
    ('linear_to_convolution', ltc_right_fortran),
    ('linear_to_convolution', ltc_right_lists),
    ('linear_to_convolution', ltc_right_split),
    ('linear_to_convolution', ltc_right_onehot),
    ('class_map', cm_right_places),
    ('class_map', cm_right_einsum),
    ('class_map', cm_right_shifts),
    ('class_map', cm_right_pure_python),
    ('class_map', cm_right_recursive),
    ('dense_posteriors', dp_right_stack),
    ('dense_posteriors', dp_right_pure_python),
    ('dense_posteriors', dp_right_concatenate_places),
    ('dense_posteriors', dp_right_einsum_float32),
    ('dense_posteriors', dp_right_running_mean),
]

CONVENTION = [
    ('sgd_step', 'velocity-without-rate', sgd_c_pytorch),
    ('sgd_step', 'velocity-without-rate', sgd_c_rate_late),
    ('sgd_step', 'velocity-stored-negated', sgd_c_negated),
    ('sgd_step', 'nesterov', sgd_c_nesterov),
    ('sgd_step', 'nesterov', sgd_c_nesterov_cs231n),
    ('sgd_step', 'exponential-average', sgd_c_average),
    ('sgd_step', 'exponential-average', sgd_c_average_without_rate),
    ('sgd_step', 'no-decay-on-biases', sgd_c_spares_biases),
    ('dense_posteriors', 'scores-averaged-first', dp_c_all_scores),
    ('dense_posteriors', 'scores-averaged-first', dp_c_scores_over_places),
    ('dense_posteriors', 'scores-averaged-first', dp_c_scores_over_both),
]

UNLISTED = [
    ('softmax_cross_entropy', 'log of the shifted softmax, no floor: the loss is inf for a sure, wrong answer', sce_u_log_of_zero),
    ('softmax_cross_entropy', 'labels are taken to begin at 1', sce_u_labels_from_one),
    ('softmax_cross_entropy', 'logits are clipped to [-50, 50] against overflow', sce_u_clipped),
    ('softmax_cross_entropy', "the caller's logits are changed in place (the numbers returned are right)", sce_u_mutates),
    ('softmax_cross_entropy', 'binary cross entropy: adds -log(1 - p) of the wrong classes', sce_u_binary),
    ('softmax_cross_entropy', 'forward differences with step 1e-4 for the gradient: right to four digits only', sce_u_numerical),
    ('softmax_cross_entropy', 'exp, but logarithm to base two: the loss is too large by a factor of 1.44', sce_u_log2_only),
    ('softmax_cross_entropy', 'the gradient with respect to p, -1/p at the label', sce_u_wrt_p),
    ('softmax_cross_entropy', 'results in the wrong order: (dlogits, loss)', sce_u_swapped),
    ('softmax_cross_entropy', 'the largest class is taken for the label', sce_u_argmax),
    ('softmax_cross_entropy', 'minus the mean probability of the label, without logarithm or 1', sce_u_minus_p),
    ('softmax_cross_entropy', 'mean squared error between softmax and one-hot, with its usual shortcut gradient', sce_u_squared_error),
    ('sgd_step', 'weight_decay * g instead of weight_decay * w', sgd_u_decay_of_gradient),
    ('sgd_step', 'L1: the sign of w decays, not w', sgd_u_l1),
    ('sgd_step', "the caller's gradient is changed in place (the numbers returned are right)", sgd_u_mutates_g),
    ('sgd_step', 'results in the wrong order: (v, w)', sgd_u_swapped),
    ('sgd_step', 'the gradient is clipped to [-1, 1]', sgd_u_clipped),
    ('sgd_step', 'the velocity decays, not the weights (weight_decay * v)', sgd_u_decays_v),
    ('sgd_step', 'only w is returned', sgd_u_only_w),
    ('plateau', 'the rate falls by the factor: lr * (1 - factor)', plateau_u_one_minus),
    ('plateau', 'nothing (None) is returned where the rate stays', plateau_u_none),
    ('plateau', "the caller's history is emptied on a plateau (the rate is right)", plateau_u_clears),
    ('plateau', 'improvements below 0.01 do not count (min_delta)', plateau_u_min_delta),
    ('plateau', 'one epoch that is not better is enough: any instead of all', plateau_u_any),
    ('plateau', 'the rate falls once for each earlier plateau of the history', plateau_u_cumulative),
    ('plateau', 'an empty history raises', plateau_u_empty),
    ('receptive_field', 'half a kernel on both sides, k // 2: wrong for even kernels', rf_u_halves),
    ('receptive_field', 'the pairs are read as (stride, kernel)', rf_u_pairs_swapped),
    ('receptive_field', 'strides have no effect at all, j stays 1 (strides-forgotten, in j as well)', rf_u_no_strides),
    ('receptive_field', 'the last layer is left out', rf_u_last_left_out),
    ('receptive_field', 'the field counted in pixels an area: r * r', rf_u_area),
    ('layer_shapes', 'one list is appended again and again: all shapes are the last one', ls_u_aliased),
    ('layer_shapes', "the input's shape comes first: one shape too many", ls_u_with_input),
    ('layer_shapes', 'a pair is read as (kernel, filters)', ls_u_pair_swapped),
    ('layer_shapes', 'height and width are exchanged: (C, W, H)', ls_u_width_first),
    ('layer_shapes', 'only the last shape is returned', ls_u_last_only),
    ('layer_shapes', 'height and width are floats (15 / 2 = 7.5, 7.5 / 2 = 3.75)', ls_u_floats),
    ('layer_shapes', "the caller's input_shape list is changed in place (the shapes are right)", ls_u_mutates),
    ('count_parameters', 'both hidden layers are missing, the last one reads the map', cp_u_classifier_only),
    ('count_parameters', "batch norm's two numbers a channel are counted as well", cp_u_batchnorm),
    ('count_parameters', 'in millions, rounded', cp_u_millions),
    ('count_parameters', 'pools round up, so the first fully connected layer is too large for odd sizes', cp_u_pools_up),
    ('count_parameters', 'all maps are taken to be square: height counts twice', cp_u_square),
    ('count_parameters', 'pools cost 2 * 2 weights a channel', cp_u_pool_weights),
    ('count_parameters', 'summed in int32: overflows for large nets', cp_u_int32),
    ('linear_to_convolution', 'channels last in the result too: (out, height, width, channels)', ltc_u_ohwc),
    ('linear_to_convolution', 'mirrored left to right only', ltc_u_mirrored),
    ('linear_to_convolution', 'divided by the number of places', ltc_u_averaged),
    ('linear_to_convolution', 'order of the channels reversed: the whole row is read backwards', ltc_u_all_reversed),
    ('class_map', 'a ReLU on the maps before the first layer, too (harmless after a ReLU net)', cm_u_relu_before),
    ('class_map', 'windows side by side (stride height, width): the map of scores is too small', cm_u_side_by_side),
    ('class_map', 'last row and column of scores are missing (no plus one)', cm_u_no_plus_one),
    ('class_map', 'softmax over the classes at the end: posteriors instead of scores', cm_u_softmax),
    ('class_map', 'ReLU after the first layer only (wrong from three layers on)', cm_u_relu_once),
    ('class_map', 'the bias of the first layer only is forgotten', cm_u_first_bias),
    ('class_map', 'all images get the scores of the first', cm_u_first_image),
    ('dense_posteriors', 'no shift: nan for scores of 1000', dp_u_no_shift),
    ('dense_posteriors', 'geometric mean of the posteriors of both images', dp_u_geometric),
    ('dense_posteriors', 'softmax over the images of the batch', dp_u_over_batch),
    ('dense_posteriors', 'averaged over the rows only: (N, K, W)', dp_u_rows_only),
    ('dense_posteriors', 'the class is returned, not the posteriors', dp_u_argmax),
    ('dense_posteriors', 'log posteriors', dp_u_log),
    ('dense_posteriors', 'softmax again after averaging the posteriors', dp_u_softmax_twice),
    ('dense_posteriors', "mean of the place means: each row's columns averaged, but divided by H twice", dp_u_divided_by_height_twice),
]
