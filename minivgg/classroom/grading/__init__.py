"""Grading: from the submissions of a class to grades of each function."""
