"""The maps of the tests of analysis."""

import importlib.util
from pathlib import Path

spec = importlib.util.spec_from_file_location("analysis_maps", Path(__file__).parents[1] / "analysis" / "conftest.py")
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)


maps = module.maps
