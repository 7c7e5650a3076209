"""Bytes -> Source: a .py file, or a notebook as its list of cells, magics made harmless, places kept."""
