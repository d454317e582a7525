"""Pages for people: one module and one template folder per noun; reads records, changes nothing."""
