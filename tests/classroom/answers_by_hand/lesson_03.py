"""Right answers to the exercises of lesson 3, computed by hand."""

RIGHT = {
    "3.1": 9,
    "3.2": 67,
    "3.3": 5,
}
