"""Hand-ins: from what a platform delivers to one submission for each student."""
