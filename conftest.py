"""What every test may use, beside the fixtures of CKAN's own pytest plugin."""

from __future__ import annotations

import os

import pytest

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
