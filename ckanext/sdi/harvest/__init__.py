"""Harvesters: the Forum's lists, and other portals' datasets under the list."""
