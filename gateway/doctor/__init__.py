"""`tierview doctor`: looks at what a gateway stands on, and says of what is wrong how to mend it.

Each file is one kind of check: a function from the configuration to remarks. A check reads and connects; it changes
nothing, and takes a few seconds at most.
"""
