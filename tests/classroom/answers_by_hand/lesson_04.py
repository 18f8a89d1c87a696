"""Right answers to the exercises of lesson 4, computed by hand."""

RIGHT = {
    "4.1": 110592,
    "4.2": 102764544,
    "4.3": 5309696,
}
