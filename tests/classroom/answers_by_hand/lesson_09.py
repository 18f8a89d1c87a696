"""Right answers to the exercises of lesson 9, computed by hand."""

RIGHT = {
    "9.1": 8,
    "9.2": 150,
    "9.3": 102760448,
}
