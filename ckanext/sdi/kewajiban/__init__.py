"""What an office owes by the Forum's list, period by period, and when. Pure Python, no CKAN."""
