"""How many systems of the catalogue does `attrax fit` reconstruct with its defaults?

Each system is recorded with 20,000 rows and 2 % observation noise, and fitted without any option. The table has the
distance in state space `D_stsp`, its floor, and the verdict; the last line has the share within twice the floor. The
catalogue is divided in two halves by the names of the systems: defaults were chosen on the half `tuned`, and the half
`reported` was not looked at. Results are kept in a file, one line each; a repeated command computes what is missing.

    python examples/catalogue_share.py --half reported --out share.jsonl           # all; about 2 minutes a system
    python examples/catalogue_share.py --half reported --out share.jsonl --first 12 --seeds 3
"""

import argparse
import json
import math
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from statistics import median

import attrax
from attrax.core.errors import AttraxError
from attrax.systems import catalogue

WITHIN = 2.0


def half(name: str) -> str:
    """The half that a system belongs to."""
    return "reported" if sha256(name.encode()).digest()[0] % 2 else "tuned"


def chosen(which: str, first: int) -> list[str]:
    """Systems of one half in an order that has nothing to do with them: that of the hashes of their names."""
    names = sorted(catalogue.names(), key=lambda name: sha256(name.encode()).digest()[::-1])
    return [name for name in names if which in ("all", half(name))][: first or None]


def fitted(name: str, seed: int, updates: int) -> dict:
    """The scores of one fit, with defaults if `updates` is 0."""
    data = {"steps": 20_000, "noise": 0.02, "seed": seed}
    train = {"updates": updates} if updates else {}
    try:
        fit = attrax.fit(name, seed=seed, settings={"data": data, "train": train}, quiet=True)
    except AttraxError as failure:
        return {"name": name, "seed": seed, "error": f"{failure.code} {failure.what}"}
    row = next(row for row in fit.verdict.rows if row.name == "D_stsp")
    floor = row.floor.value if row.floor is not None else math.nan
    return {"name": name, "seed": seed, "D_stsp": row.model.value, "floor": floor, "verdict": str(fit.verdict.outcome)}


def known(path: Path) -> Iterator[dict]:
    """The results that are kept in the file."""
    if path.exists():
        yield from (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


def factor(results: list[dict]) -> float:
    """The median over seeds of D_stsp in floors; infinite for a fit that failed."""
    return median(r["D_stsp"] / r["floor"] if "floor" in r else math.inf for r in results)


def main() -> None:
    """Compute what is missing, and print the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--half", choices=("tuned", "reported", "all"), default="reported")
    options.add_argument("--first", type=int, default=0, help="only so many systems")
    options.add_argument("--seeds", type=int, default=1)
    options.add_argument("--updates", type=int, default=0, help="updates of each fit; 0 for the defaults")
    options.add_argument("--out", type=Path, default=Path("catalogue_share.jsonl"))
    given = options.parse_args()
    names = chosen(given.half, given.first)
    results = list(known(given.out))
    for seed in range(given.seeds):
        for name in names:
            if not any((r["name"], r["seed"]) == (name, seed) for r in results):
                results.append(fitted(name, seed, given.updates))
                with given.out.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(results[-1]) + "\n")
                print(results[-1], flush=True)
    own = {name: [r for r in results if r["name"] == name] for name in names}
    for name, found in sorted(own.items(), key=lambda item: factor(item[1])):
        words = ", ".join(r.get("verdict", r.get("error", "")) for r in found)
        print(f"{name:<28}{factor(found):8.2f} floors   {words}")
    within = sum(factor(found) <= WITHIN for found in own.values())
    print(f"{within} of {len(own)} systems within {WITHIN:g} floors ({given.half}, {given.seeds} seeds)")


if __name__ == "__main__":
    main()
