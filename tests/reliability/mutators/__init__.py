"""What is done to a file to damage it: functions (data, rng) -> data, by format."""
