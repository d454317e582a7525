"""Files as bytes: how they come to lie on the disk. Holds no session, clock or settings, so that notifications may use it."""
