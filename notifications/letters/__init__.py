"""One module and one template folder per kind of letter."""
