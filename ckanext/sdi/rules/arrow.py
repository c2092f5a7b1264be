"""Arrow's compute functions, which it makes when it is imported: no type checker can see them."""

from __future__ import annotations

from typing import Any

import pyarrow.compute

pc: Any = pyarrow.compute
