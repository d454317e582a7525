"""Passwords, links and keys: what nobody may read who is not the program, and what is made of it."""
