"""The order of work: begin early, wait late, record everything. Knows nothing of AWS, terminals or files.

A command hands a list of resources (`resource.Steps`) to the `loop`, which begins each one as soon as what it needs
is settled, glances at what is under way, and sleeps in between. `apply` says what "begin" means on the way up,
`destroy` on the way down, `survey` only looks.
"""
