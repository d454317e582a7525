"""Register files that were uploaded: kept, looked at, taken in, cleared away."""
