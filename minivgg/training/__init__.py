"""Training: the loop, checkpoints, run folders, recipes, and several processes as one."""
