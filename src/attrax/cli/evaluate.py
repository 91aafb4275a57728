"""`attrax evaluate`: judge the model of a run again, by its own test recording or by another one."""

from typing import Annotated

import typer

from attrax.cli.option_flags import NOTHING, Options, with_options
from attrax.cli.options import Json, Quiet, RunFolder, Subject, print_json
from attrax.data.reading.read_options import ReadOptions


@with_options(ReadOptions)
def evaluate(
    run: RunFolder,
    data: Annotated[list[str] | None, typer.Option(help="Another test recording; the run's own if not given.")] = None,
    options: Options = NOTHING,
    subject: Subject = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Score a trained model, each score beside its floor and its linear null."""
    from attrax.reconstruct.preparation.recordings import load_recordings, with_test
    from attrax.runs.folder import Run
    from attrax.runs.hierarchy import subject_folder

    folder = Run.open(subject_folder(run, subject))
    config = folder.config if data is None else with_test(folder.config, data)
    recordings = load_recordings(config, options)

    from attrax.reconstruct.judging.evaluation import evaluate as judge
    from attrax.reconstruct.judging.evaluation import scores_as_json
    from attrax.runs.console import Console
    from attrax.runs.model_file import open_model

    model = open_model(folder.model_path)
    console = Console(quiet=quiet)
    console.say("judging", f"{recordings.test.source}, {len(recordings.test.longest):,} rows")
    with console.counted("judging") as count:
        evaluation = judge(
            model,
            recordings.test,
            recordings.train,
            config.evaluate,
            doubts=recordings.preparation.doubts,
            seed=config.seed,
            progress=count,
        )
    console.evaluation(evaluation)
    if json:
        print_json(scores_as_json(evaluation))
