"""What screens ask of the database: one set-based query a list, a page at a time, frozen values out."""
