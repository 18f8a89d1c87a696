"""Right answers to the exercises of lesson 10, computed by hand."""

RIGHT = {
    "10.1": (256, 384),
    "10.2": 151589,
    "10.3": 0.005565545,
}
