"""Why does a net not learn? One check for each thing that an experienced person looks at.

``diagnosis.diagnose`` runs them all. Each check is a function that returns findings: a number, a
sentence and advice. ``subject`` has the copies that experiments are made with.
"""

from minivgg.training.diagnosis.diagnosis import Diagnosis, diagnose
from minivgg.training.diagnosis.findings import Finding, Severity
from minivgg.training.diagnosis.layer_sizes import LayerSizes
from minivgg.training.diagnosis.range_test import RangeTest

__all__ = ["Diagnosis", "Finding", "LayerSizes", "RangeTest", "Severity", "diagnose"]
