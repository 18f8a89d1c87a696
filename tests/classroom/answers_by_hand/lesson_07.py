"""Right answers to the exercises of lesson 7, computed by hand."""

RIGHT = {
    "7.1": 16,
    "7.2": [64, 64, "M", 128, 128, "M"],
    "7.3": ["C", "D"],
}
