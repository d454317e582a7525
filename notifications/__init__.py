"""Facts in words: letters, reports and the ways they leave; values come in, no session, clock or settings."""
