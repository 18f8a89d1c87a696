"""Right answers to the exercises of lesson 6, computed by hand."""

RIGHT = {
    "6.1": 0.75,
    "6.2": 0.4875,
    "6.3": 0.0416666667,
}
