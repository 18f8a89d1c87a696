"""Read this first: every operation in its plainest form, importing NumPy and nothing else."""
