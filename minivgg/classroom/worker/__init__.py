"""The program that runs a student's function in a child process.

``isolation`` starts this folder as a program, hands it arguments as arrays and gets arrays back.
The program needs NumPy and the standard library only. It does not import the rest of minivgg, so it
starts fast and does not know the right answers.
"""
