"""A gateway as a service of a machine in the field: what must stand where, and the steps that put it there.

The files themselves are those of deploy/ in a checkout; a wheel carries them here.
"""
