"""Forms: what the person on the spot knows, in the order they know it.

A form checks shape and turns words into the values an operation takes; what the rules say is
the operation's to decide.
"""
