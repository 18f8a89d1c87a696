"""Right answers to the exercises of lesson 11, computed by hand."""

RIGHT = {
    "11.1": 9,
    "11.2": 2.59374246,
    "11.3": 1e-10,
}
