"""Finding out why results are wrong, from the results alone.

``known_mistakes`` compares them with the results of the bank's mistakes. Where the bank has no
entry, ``structure`` says where the results are wrong and how they differ from the right ones.
``errors`` explains exceptions, and ``examples`` shows the smallest check that fails.
"""
