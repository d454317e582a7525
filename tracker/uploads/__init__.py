"""Files that wait: kept by their hash, looked at, taken in when they are accepted, cleared away when they are not."""
