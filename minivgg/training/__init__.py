"""One training: the loop, its checkpoints, its run folder, its recipe, and several processes as one."""
