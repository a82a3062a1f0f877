"""AWS itself: clients, errors, tags, zones, and the embedded local one. Nothing outside this package imports boto3."""
