"""Before anyone is asked: how many, where, and who. Sizes, allocation, selection.

Knows a plan's [sample] table and a frame; randomness is the plan's seed.
"""
