"""How fast is it, against whom, and how far from what the machine can do: ``python -m benchmarks`` prints the tables.

Every library works in a process of its own, and the processes take strict turns, so that all see the same machine at the same time and
no library's idle threads disturb another. Figures are medians over the turns; ratios are medians of the ratios within a turn.
"""
