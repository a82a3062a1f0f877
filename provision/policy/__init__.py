"""The least IAM policy for each command: which actions it calls, on what, under which conditions. Needs no account."""
