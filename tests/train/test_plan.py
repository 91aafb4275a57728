import pytest

from attrax.train import Generalized, Plan, TeacherForcing


def plan(updates):
    return Plan(TeacherForcing(Generalized(0.1)), updates=updates, learning_rate=1e-2, final_learning_rate=1e-4)


@pytest.mark.parametrize("updates", [1, 10, 1000])
def test_the_learning_rate_ends_where_the_plan_says(updates):
    schedule = plan(updates).schedule()
    assert float(schedule(0)) == pytest.approx(1e-2)
    assert float(schedule(updates)) == pytest.approx(1e-4)


def test_the_decay_is_exponential():
    schedule = plan(10).schedule()
    assert float(schedule(5)) == pytest.approx(1e-3)
    assert float(schedule(8)) / float(schedule(7)) == pytest.approx(0.01**0.1)
