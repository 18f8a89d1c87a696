"""Exercises of lesson 1b."""

from minivgg.classroom.answers.entry import Entry

ANSWERS: tuple[Entry, ...] = ()
