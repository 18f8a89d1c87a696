"""The program that runs a student's function in a child process.

``isolation`` runs this folder as a program, which gets arguments as arrays and returns arrays.
The program needs NumPy and the standard library only. It does not import the rest of minivgg, so it
starts fast and does not know the right answers.
"""
