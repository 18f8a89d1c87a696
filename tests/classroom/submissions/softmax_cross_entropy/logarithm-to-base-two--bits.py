# expect: logarithm-to-base-two

import math


def softmax_cross_entropy(logits, labels):
    # the loss in bits, the gradient of the loss in nats
    n, loss, gradient = len(labels), 0.0, []
    for row, label in zip(logits.tolist(), labels.tolist(), strict=True):
        top = max(row)
        log_sum = top + math.log(sum(math.exp(z - top) for z in row))
        loss += (log_sum - row[label]) / math.log(2)
        gradient.append([(math.exp(z - log_sum) - (k == label)) / n for k, z in enumerate(row)])
    return loss / n, gradient
