"""The exercises of the lessons as data: question, answer, hints and known mistakes of each.

There is a file for each lesson. Answers are computed by the package where possible.
"""

from minivgg.classroom.answers import (
    lesson_00,
    lesson_01,
    lesson_01b,
    lesson_02,
    lesson_03,
    lesson_04,
    lesson_05,
    lesson_06,
    lesson_07,
    lesson_08,
    lesson_09,
    lesson_10,
    lesson_11,
    lesson_12,
    lesson_13,
)

LESSONS = (
    lesson_00,
    lesson_01,
    lesson_01b,
    lesson_02,
    lesson_03,
    lesson_04,
    lesson_05,
    lesson_06,
    lesson_07,
    lesson_08,
    lesson_09,
    lesson_10,
    lesson_11,
    lesson_12,
    lesson_13,
)
ANSWERS = tuple(entry for lesson in LESSONS for entry in lesson.ANSWERS)
