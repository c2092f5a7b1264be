"""Code lists in the database: loading an edition, reading lists back, what a decree breaks."""
