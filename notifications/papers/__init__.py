"""Papers: what an office signs and sends out, said once in values and set as HTML, PDF, xlsx or docx."""
