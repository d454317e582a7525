"""The database, and nothing but the database: rows stay here, frozen values go out."""
