"""Reports of a grading: tables of marks, pages of students and the class, files for platforms."""
