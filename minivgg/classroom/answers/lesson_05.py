"""Exercises of lesson 5."""

from math import log, log2

from minivgg.classroom.answers.entry import Entry

ANSWERS: tuple[Entry, ...] = (
    {
        "name": "5.1",
        "task": "A net gives each of 10 classes the same probability. What is its loss, in nats, "
        "to six significant digits?",
        "answer": lambda: log(10),
        "hints": (
            "The loss is −log p, where p is the probability of the label.",
            "The 10 probabilities are equal, and their sum is 1, so p = 1/10.",
            "Compute −log(1/10) = log 10 with the natural logarithm, np.log.",
        ),
        "mistakes": (
            ("log2", lambda: log2(10), "This is in bits: use the natural logarithm."),
            ("log10", lambda: 1.0, "This is the logarithm to base 10: use the natural one."),
            (
                "sign",
                lambda: -log(10),
                "The sign is wrong: the loss is −log p, and the logarithm of a probability is "
                "negative.",
            ),
        ),
        "worked": "The ten probabilities are equal and their sum is 1, so each is 1/10, that of "
        "the label too. The loss is $-\\log \\frac{1}{10} = \\log 10$. With the natural "
        "logarithm, `np.log(10)`, this is 2.30259 nats. A net with ten classes whose first loss "
        "is far above 2.3 has bad initial weights.",
    },
    {
        "name": "5.2",
        "task": "Write the backward pass of ReLU: dy is the gradient of the output and x is the "
        "input, both arrays of any shape. Return the gradient of the input.",
        "bank_task": "relu_backward",
        "worked": "The chain rule multiplies the gradient of the output by the slope of the "
        "function. The slope of ReLU is 1 where the *input* was positive, and 0 elsewhere. So a "
        "number of the gradient passes unchanged where x is positive, and becomes 0 where it is "
        "not: a mask made from the sign of x, which is multiplied by dy. The sign of dy plays no "
        "part, and neither array is changed. At exactly 0 the function has no slope; 0 is usual.",
    },
    {
        "name": "5.3",
        "task": "Write the loss of a batch and its gradient, without overflow: logits has the "
        "shape (N, K), labels has N integers. Return the mean loss and its gradient with respect "
        "to the logits.",
        "bank_task": "softmax_cross_entropy",
        "worked": "Work row by row, since each row is one image. Subtract the largest logit of "
        "the row, $m$; this changes no probability, and no exponential is larger than 1 then. "
        "The logarithms of all probabilities of a row are $z_k - m - \\log \\sum_j e^{z_j - m}$, "
        "without any division. The loss is minus their value at the label, averaged over the "
        "rows. For the gradient, take the exponential of these logarithms, which gives "
        "probabilities, subtract 1 at the label of each row (index the rows with `np.arange(N)` "
        "and the columns with the labels), and divide by N, because the loss is a mean.",
    },
)
