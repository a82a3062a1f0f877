"""One file a command: options, one operation, one document."""
