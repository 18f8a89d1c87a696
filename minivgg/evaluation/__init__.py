"""How good a net is: metrics, the paper's ways to test, predictions and features."""
