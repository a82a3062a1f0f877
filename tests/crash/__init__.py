"""Commands that die at every call and every state write, and the same command again.

    clock      time that passes at once when somebody sleeps, the same for command and account
    account    the account: a local AWS served here, with nothing behind it, that can be put back
    commands   real processes that run provision's command line, forked from one that has imported it
    blows      what can befall a command, and where
    lives      one command struck, repeated, and torn down; what must hold
    matrix     every command, every point, every blow
    soak       whole lives, killed at random moments

`scripts/crash-matrix` runs all of it; the tests here run a sample.
"""
