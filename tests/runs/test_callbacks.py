"""Callbacks of a fit: called after every chunk, and may end the training."""

import attrax


def test_a_callback_sees_every_chunk(henon, tiny):
    seen = []
    attrax.fit(henon(600), settings=tiny, callbacks=[lambda p: seen.append(int(p.state.step))], quiet=True)
    assert seen == [10, 20, 30, 40]


def test_a_callback_ends_the_training_with_the_model_of_that_moment(henon, tiny, tmp_path):
    folder = tmp_path / "run"
    fit = attrax.fit(
        henon(600), settings=tiny, callbacks=[lambda p: int(p.state.step) == 20], folder=folder, quiet=True
    )
    assert [entry["step"] for entry in fit.history] == [10, 20]
    assert fit.learned.facts["step"] == 20
    assert attrax.open_run(folder).verdict == fit.verdict
