"""Benchmarks of a GPU, with two commands.

``python -m benchmarks.gpu > CARD.md`` is the report on a card: tests, training, and speed against
PyTorch with cuDNN. ``bash benchmarks/gpu/first_contact.sh`` is the first run on a card that is new
to the project: within nine minutes it finds what is wrong or slow there, section by section.
"""
