"""Analysis of nets: gradient checks, summaries, receptive fields; the paper's tables as data."""

from minivgg.analysis.receptive_field import ReceptiveField, receptive_field
from minivgg.analysis.summary import Summary, summary
from minivgg.analysis.trace import LayerTrace, trace

__all__ = ["LayerTrace", "ReceptiveField", "Summary", "receptive_field", "summary", "trace"]
