"""Speed, memory and accuracy against other libraries: ``python -m benchmarks`` prints the tables.

Every library runs in a process of its own, and the processes take strict turns. So all of them meet
the same machine at the same time, and the idle threads of one library do not disturb another.
Figures are medians over the turns; ratios are medians of the ratios within a turn.
"""
