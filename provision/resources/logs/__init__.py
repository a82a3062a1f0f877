"""What the function says."""
