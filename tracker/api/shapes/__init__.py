"""What goes over the wire: one model for each thing, apart from the tables; their words are for readers of the API."""
