"""Running a student's functions in a process of their own, with limits."""
