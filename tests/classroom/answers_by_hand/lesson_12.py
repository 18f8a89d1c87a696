"""Right answers to the exercises of lesson 12, computed by hand."""

RIGHT = {
    "12.1": 8,
    "12.2": 64,
    "12.3": 10.0,
}
