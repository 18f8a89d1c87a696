"""Right answers to the exercises of lesson 0, computed by hand."""


def my_accuracy(logits, labels):
    right = 0
    for scores, label in zip(logits, labels, strict=True):
        right += all(scores[label] >= score for score in scores)
    return right / len(labels)


RIGHT = {
    "0.1": 150528,
    "0.2": 100352,
    "0.3": my_accuracy,
}
