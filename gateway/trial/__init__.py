"""Trying a device out: what it says, counted, and what is wrong with it, in words.

`tally` counts what a driver made of the bytes, `diagnosis` says in sentences what that means; both are pure.
`listen` connects to the device for a while, apart from any gateway: nothing is stored.
"""
