"""What stands around every page: connections and who may keep them; routes, sessions, forms and errors come here later."""
