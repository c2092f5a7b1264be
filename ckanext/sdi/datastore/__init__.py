"""Checked files into the DataStore: the check's job, the load, and the guard on other writers."""
