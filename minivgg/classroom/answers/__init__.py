"""The exercises of the lessons as data: question, answer, hints and known mistakes of each.

Answers are computed by the package where possible.
"""

from minivgg.classroom.answers import lessons_00_to_04, lessons_05_to_08, lessons_09_to_12

ANSWERS = (*lessons_00_to_04.ANSWERS, *lessons_05_to_08.ANSWERS, *lessons_09_to_12.ANSWERS)
