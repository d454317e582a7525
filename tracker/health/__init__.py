"""What is wrong with an installation, each in a sentence with what to do.

A probe is one function that yields what it finds; `examining` lists the quick ones, which health asks at any time, and
the thorough ones of the nightly inspection. A new one is a function and its line there. None of them raises.
"""
