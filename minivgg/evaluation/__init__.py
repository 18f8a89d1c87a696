"""How good a network is: metrics, the paper's test protocols, predictions and features."""
