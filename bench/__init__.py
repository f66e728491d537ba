"""Measurements and long trials: commands of their own, never tests, since a clock is no judge.

`python -m bench` measures, `python -m bench.kill` kills loads, `python -m bench.demo` shows a
newcomer around. The servers are those of the tests, which are no package: their folder is added
to where modules are looked for.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "tests"))
