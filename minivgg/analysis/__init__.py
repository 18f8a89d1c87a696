"""Analysis of nets: gradient checks, summaries, receptive fields, explanations; paper's tables."""

from minivgg.analysis.explanations import grad_cam, occlusion, saliency
from minivgg.analysis.receptive_field import ReceptiveField, receptive_field
from minivgg.analysis.summary import Summary, summary
from minivgg.analysis.trace import LayerTrace, trace

__all__ = [
    "LayerTrace",
    "ReceptiveField",
    "Summary",
    "grad_cam",
    "occlusion",
    "receptive_field",
    "saliency",
    "summary",
    "trace",
]
