"""Damaged files of every format that is read, and what the readers do with them."""
