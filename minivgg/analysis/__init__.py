"""What can be said of a net: gradient checks, summaries, receptive fields, and the paper's tables to compare with."""

from minivgg.analysis.receptive_field import Row, View, receptive_field, trace
from minivgg.analysis.summary import Summary, summary

__all__ = ["Row", "Summary", "View", "receptive_field", "summary", "trace"]
