"""Published weights: which there are, how their files are read, and what their nets expect of images."""
