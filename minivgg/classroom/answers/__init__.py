"""The exercises of the lessons as data: question, answer, hints and known mistakes of each.

Answers are computed by the package where possible.
"""

from minivgg.classroom.answers import (
    lessons_00_to_02,
    lessons_03_to_05,
    lessons_06_to_08,
    lessons_09_to_12,
)

ANSWERS = (
    *lessons_00_to_02.ANSWERS,
    *lessons_03_to_05.ANSWERS,
    *lessons_06_to_08.ANSWERS,
    *lessons_09_to_12.ANSWERS,
)
