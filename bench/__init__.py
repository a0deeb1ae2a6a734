"""Measurements against floors of the same run: `make bench`.

A figure in milliseconds says little on a machine that is not one's own; as a multiple of what a
bare view, a raw insert or a plain conditional update takes on that machine in that minute it can
be compared. Measured things and floors take turns, so that a slow moment hits both.
"""
