"""Answers to the first questions of a user: the long-term behaviour of the model, and how long forecasts are valid."""

from attrax.core.number_text import number_text
from attrax.data.clock.durations import rate_worded, worded
from attrax.measures import Outcome, Score
from attrax.measures.motion import Motion, MotionKind
from attrax.measures.score import Flag
from attrax.models.dynamical_noise import DynamicalNoise

_ROUNDING = 1e-6


def outcome_warning(outcome: str) -> str:
    """The warning above everything that shows a model that is not RECONSTRUCTED; empty for other models.

    Example:
        >>> outcome_warning("RECONSTRUCTED"), outcome_warning("PARTLY").partition(":")[0]
        ('', 'the verdict is PARTLY')
    """
    if outcome == Outcome.RECONSTRUCTED:
        return ""
    return (
        f"the verdict is {outcome}: what follows describes the model, and may not hold for the system behind the data"
    )


def answers(
    outcome: Outcome,
    motion: Motion | None,
    valid_time: Score,
    unit: str,
    noise: DynamicalNoise | None = None,
    difference: str = "",
) -> tuple[str, ...]:
    """The sentences below the verdict. For a model that is not RECONSTRUCTED they say so.

    Args:
        outcome: The verdict.
        motion: The long-term behaviour of the free runs.
        valid_time: How long forecasts are valid, in the unit of time of the recording.
        unit: The unit of time; empty if it is not known.
        noise: The dynamical noise of free runs, which the long-term behaviour and forecasts are without.
        difference: In what training and test recording differ, as a sentence. It is told unless the verdict is
            RECONSTRUCTED, since a model of the one can then not be expected to resemble the other.

    Example:
        >>> chaos = Motion(MotionKind.CHAOTIC, 0.906, 0.02, 16, 0.05, 3)
        >>> first, second = answers(Outcome.RECONSTRUCTED, chaos, Score(3.41, 0.5, "VPT", 20, 0), "s")
        >>> first.partition(" (")[0]
        'The dynamics are chaotic: the largest Lyapunov exponent is 0.91 ± 0.02 per second'
        >>> second
        'Forecasts are valid for 3.4 ± 0.5 s (median over 20 starts), 3.1 Lyapunov times.'
    """
    subject = "The dynamics are" if outcome is Outcome.RECONSTRUCTED else f"The model ({outcome}) is"
    told = () if motion is None else (f"{subject} {_motion_text(motion, unit)}.",)
    random = () if noise is None else (f"{_noise_sentence(noise)}; what is said above holds without it.",)
    unlike = (
        () if outcome is Outcome.RECONSTRUCTED or not difference else (f"{difference[0].upper()}{difference[1:]}.",)
    )
    return (*told, f"{_horizon_text(motion, valid_time, unit)}.", *random, *unlike)


def noise_text(share: float, size: float) -> str:
    """The dynamical noise of free runs, in words.

    Args:
        share: Its standard deviation as a share of that of the one-step errors; 0 without noise.
        size: The same as a share of that of the states.

    Example:
        >>> noise_text(0.25, 0.012), noise_text(0.0, 0.0)
        ('1.2 % of a standard deviation in each step (0.25 times the one-step errors)', 'none')
    """
    if not share:
        return "none"
    relative = f"{number_text(share, digits=2)} times the one-step errors"
    return f"{number_text(100 * size, digits=2)} % of a standard deviation in each step ({relative})"


def _noise_sentence(noise: DynamicalNoise) -> str:
    return f"Free runs contain dynamical noise: {noise_text(noise.share, noise.size)}"


def _motion_text(motion: Motion, unit: str) -> str:
    about = ""
    if motion.period is not None:
        about = f"one cycle takes {worded(motion.period, unit)}"
    elif motion.kind is MotionKind.AT_REST:
        about = "free runs come to a standstill"
    elif motion.kind is MotionKind.FOLLOWING:
        about = "under the same inputs, free runs become equal"
    parts = [text for text in (about, _exponent_text(motion, unit)) if text]
    return f"{motion.kind}: {'; '.join(parts)}" if parts else motion.kind.value


def _exponent_text(motion: Motion, unit: str) -> str:
    if motion.exponent is None:
        return ""
    # At rest, free runs have the same exponent but for rounding.
    certain = motion.std_error is not None and motion.std_error < _ROUNDING * abs(motion.exponent)
    error = None if certain else motion.std_error
    parts = [f"{motion.runs} free runs"] if motion.runs > 1 else []
    if motion.between_restarts is not None:
        beside = max(abs(motion.exponent), error or 0.0)
        other = rate_worded(motion.between_restarts, unit, digits=2, beside=beside)
        parts.append(f"between {motion.restarts} restarts its standard deviation is {other}")
    told = f" ({'; '.join(parts)})" if parts else ""
    return f"the largest Lyapunov exponent is {rate_worded(motion.exponent, unit, error=error)}{told}"


def _horizon_text(motion: Motion | None, valid_time: Score, unit: str) -> str:
    """How long forecasts are valid; at least so long, if most of them still were at their end."""
    censored = Flag.CENSORED in valid_time.flags and not valid_time.std_error
    least = "at least " if censored else ""
    text = f"Forecasts are valid for {least}{worded(valid_time.value, unit, error=valid_time.std_error)}"
    starts = f" (median over {valid_time.n_used} starts)"
    exponent = motion.exponent if motion is not None and motion.kind is MotionKind.CHAOTIC else None
    if exponent is None or exponent <= 0:
        return text + starts
    return f"{text}{starts}, {number_text(valid_time.value * exponent, digits=2)} Lyapunov times"
