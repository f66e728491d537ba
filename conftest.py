"""What all tests share: the servers of tests/servers.py, and hypothesis without a clock.

Tests use the smallest thing that shows what they are about: a few records in YAML
(tests/samples.py) for derivation, elements made by hand for questions, and the packaged records
where they are themselves the matter. Whatever depends on an engine takes the fixture `endpoint` and
so runs on each.
"""

from __future__ import annotations

from hypothesis import settings

pytest_plugins = ["servers", "loaded", "doctests"]

# A shared machine is slow at times; how long an example takes says nothing about the code. The same
# examples every time: a failure is the change's, not the day's.
settings.register_profile("entrepot", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("entrepot")
