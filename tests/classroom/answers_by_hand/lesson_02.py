"""Right answers to the exercises of lesson 2, computed by hand."""

RIGHT = {
    "2.1": 9,
    "2.2": 9,
    "2.3": 3.01,
}
