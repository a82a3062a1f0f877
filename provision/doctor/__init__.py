"""Why the function cannot reach the database: the account's relevant parts as one picture, and checks over it.

`gather` reads the parts, in two rounds whose calls overlap; `picture` holds them as plain values; every function in
`checks` says what is wrong with a picture; `diagnosis` puts the findings in the order of the way from the function over
the secret and the proxy to the database. The earliest link that blocks is the root cause.
Adding a check is one function with `@check` in one of the files of `checks`.
"""
