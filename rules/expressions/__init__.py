"""The language of user rules: CEL, the part of it that is bounded, typed, and exact about time.

    read      text -> tree, or where and why it cannot be read
    check     tree -> what it names, at which minutes it may change, how many steps it takes at most
    run       tree -> a program of the CEL library
    fields    what an expression may name of a subject, as it stood at an instant
    timeline  subject and program -> from when until when it was true

`docs/expressions.md` is written from these.
"""
