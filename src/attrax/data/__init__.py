"""Recordings: repaired, embedded, split, scaled and cut into windows. Imports neither jax nor pandas.

The parts, each of which may import those after it, and none before it:

1. `windows`, `splitting`, `standardizing`: what training needs of a recording; `embedding` (delayed copies, principal
   components), `hiding` (gaps made on purpose).
2. `usable_rows`: checks that any use of a recording needs; `phases` (channels that are a clock or an angle),
   `matching` (columns of other recordings by name), `clock_units`.
3. `repair`: missing values, order of rows, time step, trends.
4. `series`: `Series` and `Dataset`.
5. `levels`: transforms, trends and baselines that are removed from a series, and added to what a model returns.
6. `clock`: time columns and the times of rows; `column_names`.

Files and tables become a recording in `attrax.reading`; `attrax.diagnosis` examines it. The names are listed in
`__init__.pyi`; each is loaded when it is first used, so that importing takes no time.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
