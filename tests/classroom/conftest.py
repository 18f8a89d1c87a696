"""The corpus holds students' code: pytest looks for no tests in it."""

collect_ignore = ["submissions"]
