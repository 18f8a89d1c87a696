"""Assignment 5: softmax cross-entropy."""

from minivgg.classroom.bank.cross_entropy import softmax_cross_entropy
from minivgg.classroom.tasks import Case, Mistake, Task, array, integers, normal

_CASES = (
    Case("one row", ([normal(1, 3), array([2])],)),
    Case("five rows, four classes", ([normal(5, 4), integers(4, 5)],)),
    Case("more classes than rows", ([normal(3, 7), integers(7, 3)],)),
    Case("logits of 1000",
         ([array([[1000.0, 998.0, 999.0], [997.0, 1000.0, 1000.0]]), array([1, 0])],)),
    Case("logits near 0 and near 2000",
         ([array([[0.0, 1.0, 2.0], [2000.0, 1999.0, 2001.0]]), array([0, 2])],)),
    Case("confident and wrong: a difference of 80",
         ([array([[80.0, 0.0, 1.0], [1.0, 2.0, 0.0]]), array([1, 1])],)),
    Case("confident and right: a difference of 2000",
         ([array([[0.0, 2000.0, 1.0], [1.0, 0.0, 2.0]]), array([1, 2])],)),
    Case("confident and wrong: a difference of 2000",
         ([array([[0.0, 2000.0, 1.0], [1.0, 0.0, 2.0]]), array([0, 2])],)),
    # each of these differs from one before it in one respect: a label, N or K
    Case("one row, two classes, label 0", ([array([[3.0, 1.0]]), array([0])],)),
    Case("one row, two classes, label 1", ([array([[3.0, 1.0]]), array([1])],)),
    Case("two rows, two classes", ([array([[3.0, 1.0], [2.0, 4.0]]), array([1, 0])],)),
    Case("two rows, two classes, the same label twice",
         ([array([[3.0, 1.0], [2.0, 4.0]]), array([1, 1])],)),
    Case("two rows, three classes", ([array([[3.0, 1.0, 5.0], [2.0, 4.0, 3.0]]), array([1, 0])],)),
    Case("two rows, three classes, both labels 0",
         ([array([[3.0, 1.0, 5.0], [2.0, 4.0, 3.0]]), array([0, 0])],)),
    Case("three rows, two classes",
         ([array([[3.0, 1.0], [2.0, 4.0], [6.0, 5.0]]), array([1, 0, 1])],)),
    Case("two rows, ten classes",
         ([array([[3.0, 1.0, 5.0, 0.0, 2.0, 7.0, 4.0, 6.0, 8.0, 9.0],
                  [2.0, 4.0, 3.0, 9.0, 6.0, 0.0, 1.0, 8.0, 5.0, 7.0]]), array([1, 9])],)),
    Case("logits near −1000",
         ([array([[-999.0, -997.0, -998.0], [-1000.0, -998.0, -999.0]]), array([1, 0])],)),
)  # fmt: skip

_OF_SOFTMAX = (
    Mistake("no-shift",
            "Your exponentials are too large for a float, or all exponentials of a row are 0.",
            "What is exp(1000) in float64? Which number can be subtracted from a row so that its "
            "largest exponential is 1?", 5, variants=3),
    Mistake("one-shift-for-the-batch",
            "Your softmax gives nan, inf or an error where the logits of two rows are very "
            "different.", "Which number should be subtracted from each row?", 5, variants=2),
    Mistake("shift-of-each-column",
            "Your code subtracts the maximum of each column, which changes the softmax of the "
            "rows.",
            "Over which axis should the maximum be taken?", 5, variants=2),
    Mistake("divided-by-the-maximum",
            "Your code divides the logits by their maximum, which changes the softmax.",
            "Is softmax unchanged when a row is divided by a number, or when a number is "
            "subtracted from it?", 5, variants=2),
    Mistake("softmax-over-the-batch", "Your probabilities sum to 1 in each column, not in each "
            "row.", "Which axis of the logits are the classes?", 5, variants=2),
    Mistake("keepdims-forgotten",
            "Your maximum or sum of each row is aligned with the columns, as NumPy does with the "
            "shape (N,).",
            "Which shape must it have, so that each row gets its own number? What does "
            "keepdims=True do?", 5, variants=3),
    Mistake("softmax-twice", "Your code applies softmax twice, the second time to probabilities.",
            "What does your function get: logits or probabilities? How many times must it apply "
            "softmax?", 5),
    Mistake("base-two", "Your exponentials have base 2.",
            "Which base do exp and log have in the formula?", 5),
    Mistake("squares-instead-of-exponentials",
            "Your probabilities are proportional to squares, not to exponentials.",
            "What does softmax apply to each logit?", 5, variants=2),
    Mistake("sum-over-everything", "Your probabilities sum to 1 over the whole batch.",
            "Which probabilities must sum to 1?", 5, variants=2),
    Mistake("not-normalised", "Your exponentials are not divided by their sum.",
            "What must the probabilities of one row sum to?", 5, variants=2),
    Mistake("labels-from-one",
            "Your code uses the class before the label instead of the label, and the last class "
            "for the label 0.", "What is the index of the first class?", 5),
    Mistake("labels-as-one-hot",
            "Your code computes with the labels themselves, as if they were a one-hot matrix.",
            "labels has the shape (N,). How do you make an (N, K) matrix from it that is 1 at "
            "the label and 0 elsewhere?", 5, variants=2),
)  # fmt: skip

_OF_THE_LOSS = (
    Mistake("log-of-underflowed-p",
            "Your loss is inf, nan or an error for a confident wrong answer, where p is too "
            "small for a float.",
            "What are exp(−2000) and exp(2000) in float64? Can you write log p without computing "
            "p?", 5),
    Mistake("zero-times-log-zero",
            "Your loss is nan, inf or an error where p of any class is 0: 0 · log 0 is nan, for "
            "example.",
            "p is 0 in float64 for a class with a much smaller logit. Which element of each row "
            "of log p do you need?", 5),
    Mistake("floor-under-the-logarithm",
            "Your loss of a confident wrong answer is too small: it cannot exceed a certain "
            "number.",
            "If p is at least ε, or ε is added to it, −log p is at most −log ε. Can you write "
            "log p without computing p?", 5, variants=11),
    Mistake("logarithm-to-base-two",
            "Your loss contains the factor 1.44, 1 / log 2, as with logarithms to base 2.",
            "What is the base of the logarithm in the formula?", 5),
    Mistake("logarithm-to-base-ten",
            "Your loss contains the factor 0.434, 1 / log 10, as with logarithms to base 10.",
            "What is the base of the logarithm in the formula?", 5),
    Mistake("probability-instead-of-logarithm", "Your loss uses p itself, not −log p.",
            "What is −log p for p = 1, and for p near 0?", 5, variants=3),
    Mistake("logarithm-of-the-mean", "Your loss is −log of the mean of p, not the mean of −log p.",
            "Which is computed first: the logarithm of each row, or the mean over the rows?", 5),
    Mistake("log-of-the-sum-missing",
            "Your loss does not contain the logarithm of the sum of exponentials.",
            "p = exp(z) / Σ exp(z). What are the two terms of log p?", 5, variants=3),
    Mistake("loss-of-all-classes",
            "Your loss adds −log p of all classes, not only that of the label.",
            "How many elements of each row belong to the loss?", 5, variants=2),
    Mistake("loss-of-whole-columns",
            "Your loss contains −log p of whole columns, at the labels of all rows.",
            "p[:, labels] selects whole columns. Which element of each row do you want?",
            5, variants=4),
    Mistake("exponential-of-the-quotient",
            "Your loss is the logit of the label, divided by the sum of the exponentials.",
            "What is log(exp(a / s))? Where does the parenthesis of exp close?", 5),
    Mistake("squared-error",
            "Your loss is the squared error of the probabilities, or half of it.",
            "Which function of p is the cross-entropy?", 5, variants=2),
    Mistake("binary-cross-entropy", "Your loss also contains −log(1 − p) of the other classes.",
            "That is the loss of K separate yes-or-no questions. Which of its terms is −log p of "
            "the label?", 5, variants=2),
    Mistake("loss-summed", "Your loss is not divided by N.",
            "Is the loss the sum over the batch, or the mean?", 5),
    Mistake("loss-not-averaged", "Your loss has one number for each row.",
            "The loss is one number for the whole batch.", 5, variants=2),
    Mistake("loss-divided-by-classes", "Your loss is divided by K, not by N.",
            "Is the mean over the rows or over the classes?", 5),
    Mistake("loss-divided-by-classes-too", "Your loss is divided by N·K, not by N.",
            "By which number does np.mean divide the sum of an N×K matrix?", 5),
    Mistake("loss-divided-twice", "Your loss is divided by N twice.",
            "np.mean divides by N. Where else do you divide?", 5),
    Mistake("divided-in-every-iteration",
            "Your loop divides by N in every iteration, so the earlier rows count too little.",
            "How often should the sum over the rows be divided by N?", 5, variants=2),
    Mistake("loss-of-one-row", "Your loss contains only one row of the batch.",
            "Does your code add the losses of all rows, or does it keep only one?", 5, variants=4),
    Mistake("loss-in-an-array", "Your loss is an array that contains one number.",
            "The loss is a number, not an array. How do you get the only element of an array?",
            5, variants=2),
    Mistake("loss-with-wrong-sign", "Your loss has the wrong sign.",
            "Which sign does log p have, and which sign must the loss have?", 5),
)  # fmt: skip

_OF_THE_GRADIENT = (
    Mistake("subtracts-from-whole-columns",
            "Your gradient subtracts 1 from whole columns, at the labels of all rows.",
            "d[:, labels] selects whole columns. Which element of each row do you want?",
            5, variants=2),
    Mistake("one-subtracted-everywhere",
            "Your gradient subtracts 1 from p in every column, not only at the label.",
            "−log p contains −z of the label only. What is the derivative of this term?", 5),
    Mistake("one-not-subtracted", "Your gradient does not subtract 1 from p at the label.",
            "−log p contains −z of the label. What is the derivative of this term?", 5),
    Mistake("gradient-not-divided", "Your gradient is not divided by N.",
            "The loss is a mean over the rows. Which factor does its gradient get from this?", 5),
    Mistake("gradient-partly-divided", "Your gradient divides only one of its two terms by N.",
            "The gradient is (p − onehot) / N. Which is computed first: the difference, or the "
            "division?", 5, variants=2),
    Mistake("gradient-divided-by-classes", "Your gradient is divided by K, not by N.",
            "Is the mean over the rows or over the classes?", 5),
    Mistake("gradient-divided-by-both", "Your gradient is divided by N·K, not by N.",
            "Is the mean over the rows only, or over all elements?", 5),
    Mistake("gradient-divided-twice", "Your gradient is divided by N twice.",
            "The mean divides by N once. Where else do you divide?", 5),
    Mistake("gradient-with-wrong-sign", "Your gradient has the wrong sign.",
            "When the logit of the label increases, does the loss increase?", 5),
    Mistake("gradient-of-label-only", "Your gradient is 0 everywhere except at the label.",
            "When another logit increases, what happens to the probability of the label?",
            5, variants=2),
    Mistake("gradient-times-probability", "Your gradient is multiplied by p (1 − p).",
            "p − onehot is the gradient with respect to the logits already. Does the chain rule "
            "need another factor?", 5),
    Mistake("gradient-with-respect-to-p",
            "Your gradient is that with respect to p, −1/p at the label.",
            "p depends on the logits. What does the chain rule multiply −1/p by?", 5, variants=2),
)  # fmt: skip

LOSS = Task(
    "softmax_cross_entropy(logits, labels)",
    ("loss", "dlogits"),
    "The mean over the batch of −log softmax(logits)[label], and its gradient, (N, K). Logits of "
    "1000 do not overflow.",
    softmax_cross_entropy,
    _CASES,
    (*_OF_SOFTMAX, *_OF_THE_LOSS, *_OF_THE_GRADIENT),
    points=20,
)

TASKS = (LOSS,)
