"""Right answers to the exercises of lesson 8, computed by hand."""

RIGHT = {
    "8.1": 45,
    "8.2": 162,
    "8.3": 1280000,
}
