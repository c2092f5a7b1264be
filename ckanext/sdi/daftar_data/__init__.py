"""Daftar Data: formats in and out, editions, items, differences, producers."""
