"""One file a command: options, one operation, one document. Each has a function, or an app, of its own name."""

SUMMARIES = {
    "up": "Make or repair the stack, then call the function.",
    "enable-proxy": "Put RDS Proxy between the function and the database.",
    "disable-proxy": "Let the function use the database directly again.",
    "plan": "Show what `up` would do, and what it costs.",
    "cost": "Show what the stack costs on AWS, item by item.",
    "status": "Show each resource, and what differs from the settings.",
    "doctor": "Say why the function cannot reach the database.",
    "outputs": "Show the endpoints, ARNs and names that a script needs.",
    "invoke": "Call the function and show its answer.",
    "logs": "Show what the function and Lambda itself wrote, in order.",
    "bench": "Measure whether the proxy pays for this stack.",
    "timeline": "Show where the time of a run went.",
    "teardown": "Remove the stack, and prove that nothing is left.",
    "policy": "Show the least IAM policy for a command.",
    "local": "The embedded local AWS.",
}
"""In the order of their use, each in one line of an 80 column terminal."""
