"""Parts of the stack that the blueprint adds whole, each in the tutorial's own order."""
