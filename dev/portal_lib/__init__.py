"""What ``dev/portal`` does, with Python's standard library alone: the machine has nothing else."""
