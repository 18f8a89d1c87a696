"""Right answers to the exercises of lesson 1, computed by hand."""

RIGHT = {
    "1.1": (4, 9),
    "1.2": 9,
    "1.3": 16,
}
