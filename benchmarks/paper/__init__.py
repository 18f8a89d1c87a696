"""The paper's Tables 3 to 6 in small: nets A to E with a quarter of the filters, on CIFAR-10.

``python -m benchmarks.paper`` trains the nets and prints the tables.
"""
