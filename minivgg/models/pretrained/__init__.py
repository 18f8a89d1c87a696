"""Pretrained weights: which exist, how their files are read, and what input their nets expect."""
