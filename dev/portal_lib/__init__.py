"""What ``dev/portal`` does. Python's standard library alone: it runs on a machine with nothing else."""
