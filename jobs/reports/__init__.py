"""Reports: facts as of any past day, made into values; what was issued is stored and set in its formats."""
