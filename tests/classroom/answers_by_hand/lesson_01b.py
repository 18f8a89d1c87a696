"""Right answers to the exercises of lesson 1b, computed by hand."""

RIGHT = {}
