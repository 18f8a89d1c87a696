"""Right answers to the exercises of lesson 0, computed by hand."""

RIGHT = {
    "0.1": 150528,
    "0.2": 5,
    "0.3": 74,
}
