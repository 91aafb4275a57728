"""Examples of the commands, which their help shows at the end."""

EXAMPLES = {
    "inspect": """\
attrax inspect ecg.csv                        time axis, gaps, period, noise; what fit would do
attrax inspect ecg.csv --page ecg.html        the same as a page with figures
attrax inspect eeg.csv --channels "EEG*" --every 4""",
    "fit": """\
attrax fit lorenz63                           a built-in system
attrax fit ecg.csv --test another_day.csv     your own recording, judged by another one
attrax fit eeg.csv --channels "EEG*" --budget 10min""",
    "resume": """\
attrax resume                                 the newest run that was interrupted
attrax resume runs/ecg""",
    "open": """\
attrax open latest                            the report of the newest run""",
    "report": """\
attrax report latest                          write the page and the figures again
attrax report runs                            one page that compares all runs""",
    "evaluate": """\
attrax evaluate latest --data another_day.csv""",
    "analyze": """\
attrax analyze latest                         everything; takes about a minute
attrax analyze latest --only topology         only pieces and holes; --koopman: also its spectrum
attrax analyze henon --order 6                a known system, with cycles up to six points""",
    "explain": """\
attrax explain latest                         which channels and past rows a forecast rests on
attrax explain latest --row 5000 --horizon 20""",
    "bifurcation": """\
attrax bifurcation logistic r=2.8:4           a known system
attrax bifurcation latest force=0:2           a model with the input `force`""",
    "forecast": """\
attrax forecast latest --steps 500 --out next.csv
attrax forecast latest --interval 0.9         with intervals that hold 90 % of the values
attrax forecast latest new.csv                after another recording""",
    "fill": """\
attrax fill latest gappy.csv --out filled.csv""",
    "simulate": """\
attrax simulate latest --steps 100000 --out free_run.npy""",
    "systems": """\
attrax systems                                all of them
attrax systems lorenz63                       equations, parameters, exponents, reference
attrax systems --gallery gallery.html         a page with every attractor""",
    "record": """\
attrax record rossler --noise 0.05 --out rossler.csv
attrax record logistic r=3.5 --points 500     the same equation with another parameter""",
    "sweep": """\
attrax sweep examples/sweep.toml --dry-run    how many jobs, and whether all can be done
attrax sweep examples/sweep.toml              only what has no result yet
attrax sweep examples/sweep.toml --status     the results so far""",
    "study": """\
attrax study list                             all studies with their claims and verdicts
attrax study maps_lyapunov                    a check of some seconds
attrax study maps_lyapunov --full             measure what the paper claims""",
    "doctor": """\
attrax doctor                                 is everything installed, and does it work?
attrax doctor dynamics                        every dynamics with its settings and papers""",
    "schema": """\
attrax schema fit                             what `attrax fit --json` prints""",
}
"""The examples of each command, by its name; behind some of them is what they do."""
