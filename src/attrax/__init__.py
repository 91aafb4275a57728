"""attrax: learn dynamical systems from data.

A recording in, a small generative model out, whose long free run has the same attractor, spectrum and invariants, with
a measure of how true that is. The names are listed in `__init__.pyi`; each loads what it needs when it is first used,
so that importing costs nothing.
"""

import lazy_loader

_found, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

_ELSEWHERE = {
    "inspect": "attrax.diagnosis.diagnose(attrax.load(FILE))",
    "simulate": "attrax.fit(data).simulate(n)",
    "forecast": "attrax.fit(data).forecast(n)",
    "report": "attrax.fit(data).report(FILE)",
    "open": "attrax.open_run(FOLDER)",
    "record": "attrax.systems.record(attrax.systems.find(NAME), n, key=0)",
    "read": "attrax.load(FILE)",
    "read_csv": "attrax.load(FILE)",
    "save": "attrax.fit(data).save(FOLDER)",
}


def __getattr__(name: str) -> object:
    """A public name, imported when it is first used; the error of a name that does not exist says which is meant."""
    try:
        return _found(name)
    except AttributeError:
        if name in __all__ or name.startswith("__"):
            raise
        from difflib import get_close_matches

        near = get_close_matches(name, __all__, n=1)
        meant = _ELSEWHERE.get(name) or (f"attrax.{near[0]}" if near else "")
        hint = f"; did you mean {meant}?" if meant else "; dir(attrax) lists all names"
        raise AttributeError(f"attrax has no name {name!r}{hint}", name=name) from None
