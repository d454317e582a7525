"""Pages for people: one module and one template folder per noun; GET reads records, POST asks the domain."""
