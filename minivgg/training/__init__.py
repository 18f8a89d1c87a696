"""Training: the loop, checkpoints, run folders, recipes, and several processes as one.

``training.diagnose`` looks for the reason why a net does not learn.
"""

from minivgg.training.diagnosis import Diagnosis, diagnose

__all__ = ["Diagnosis", "diagnose"]
