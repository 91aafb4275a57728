import pytest

from attrax.core.errors import ConfigError, RunError
from attrax.reconstruct.settings.configuration import Config, configure
from attrax.reconstruct.settings.format_0_1 import FORMAT
from attrax.registries import PRESETS


@pytest.fixture
def toml(tmp_path):
    def write(text):
        path = tmp_path / "settings.toml"
        path.write_bytes(text.encode())
        return path

    return write


def test_without_wishes_everything_is_the_default():
    assert configure() == Config()


def test_the_paper_preset_has_the_published_settings():
    config = configure("paper").complete(5)
    model, train = config.model, config.train
    assert (model.dynamics.given, model.latent_dim) == ({"hidden_dim": 250, "bounded": True}, 5)
    assert (model.dynamics.kind, model.observation.kind) == ("clipped", "affine")
    assert train.penalties.given == {"condition": {"strength": 1e-7}}
    assert (train.forcing.settings.alpha, train.window, train.updates, train.batch_size) == (0.3, 200, 5_000 * 50, 16)
    assert (train.learning_rate, train.final_learning_rate) == (1e-3, 1e-6)
    assert config.evaluate.measures == "gtf2023"


def test_later_layers_win(toml):
    file = toml("format = 2\n[train]\nforcing.alpha = 0.5\nwindow = 33\n")
    config = configure("paper", file, {"train": {"window": 44}})
    assert config.train.learning_rate == 1e-3  # from the preset
    assert config.train.forcing.settings.alpha == 0.5  # from the file
    assert config.train.window == 44  # from the user
    assert config.train.batch_size == 16  # from the defaults


def test_a_file_may_name_its_preset_and_the_user_another(toml):
    file = toml('preset = "paper"\n')
    assert configure(file=file).train.updates == 250_000
    assert configure("quick", file).train.updates == 5_000
    assert configure("quick", file).preset == "quick"


COMPLETE = [
    configure("auto", overrides={"seed": 7}).complete(2),
    configure("paper", overrides={"data": {"source": ["a b.csv", 'c"d.csv'], "lags": [0, 20]}}).complete(5),
    configure("quick", overrides={"train": {"forcing": {"alpha": 1 / 3}, "final_learning_rate": 1e-300}}).complete(64),
]


@pytest.mark.parametrize("config", COMPLETE, ids=lambda config: config.preset)
def test_a_saved_configuration_reads_back_equal(toml, config):
    assert configure(file=toml(config.to_toml())) == config


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"train": {"learnin_rate": 0.1}}, ["'train.learnin_rate'", "'train.learning_rate'"]),
        ({"model": {"hidden_dim": 3}}, ["'model.hidden_dim'", "'model.dynamics.hidden_dim'"]),
        ({"train": {"alpha": 0.3}}, ["'train.alpha'", "'train.forcing.alpha'"]),
        ({"trian": {}}, ["'trian'", "'train'"]),
        ({"data": {"zzz": 1}}, ["'data.zzz'", "did you mean 'data."]),
    ],
)
def test_an_unknown_setting_names_the_nearest(settings, told):
    with pytest.raises(ConfigError) as caught:
        configure(overrides=settings)
    assert caught.value.code == "C501"
    assert all(words in str(caught.value) for words in told)


def test_an_unknown_setting_of_a_file_names_the_file(toml):
    with pytest.raises(ConfigError, match=r"C501[\s\S]*settings\.toml"):
        configure(file=toml("[train]\nalfa = 1\n"))


@pytest.mark.parametrize(
    "settings",
    [
        {"train": {"forcing": {"kind": "brute"}}},
        {"train": {"penalties": {"brute": {}}}},
        {"train": {"updates": -1}},
        {"train": {"window": 10.5}},
        {"data": {"test_fraction": 1.0}},
        {"data": {"lags": ["a"]}},
        {"model": {"dynamics": "gated"}},
        {"seed": -1},
        {"train": 3},
    ],
    ids=str,
)
def test_an_impossible_value_is_named(settings):
    with pytest.raises(ConfigError) as caught:
        configure(overrides=settings)
    section, value = next(iter(settings.items()))
    assert caught.value.code == "C505"
    assert section in caught.value.what
    assert next(iter(value)) in caught.value.what if isinstance(value, dict) else True
    assert caught.value.why


@pytest.mark.parametrize("text", ["[train\nalpha = 1", "alpha = ", "a = 1\na = 2"])
def test_a_file_that_is_no_toml_is_refused(toml, text):
    with pytest.raises(ConfigError, match="C504"):
        configure(file=toml(text))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"C504[\s\S]*nowhere\.toml"):
        configure(file=tmp_path / "nowhere.toml")


@pytest.mark.parametrize("name", ["papper", "qick"])
def test_an_unknown_preset_names_the_nearest(name):
    with pytest.raises(ConfigError) as caught:
        configure(name)
    assert caught.value.code == "C512"
    assert caught.value.fix.split()[-1] in PRESETS.names


def test_a_preset_that_is_no_name_is_refused(toml):
    with pytest.raises(ConfigError, match="C512"):
        configure(file=toml("preset = 3\n"))


@pytest.mark.parametrize(
    ("channels", "observation", "latent"),
    [(1, "identity", 3), (3, "identity", 3), (10, "identity", 10), (11, "affine", 10), (64, "affine", 16)],
)
def test_completion_by_the_number_of_channels(channels, observation, latent):
    model = configure().complete(channels).model
    assert (model.observation.kind, model.latent_dim) == (observation, latent)


def test_completion_keeps_what_was_chosen_and_can_be_repeated():
    chosen = configure(overrides={"model": {"latent_dim": 7, "observation": {"kind": "affine"}}})
    model = chosen.complete(3).model
    assert (model.latent_dim, model.observation) == (7, chosen.model.observation)
    once = configure().complete(5)
    assert once.complete(5) == once


def test_an_identity_observation_needs_a_state_for_every_channel():
    with pytest.raises(ConfigError, match="C503"):
        configure(overrides={"model": {"latent_dim": 2}}).complete(3)


def test_forcing_follows_the_jacobians_where_there_are_few_rows_in_a_cycle():
    assert configure().complete(2, rows_per_cycle=75).train.forcing.kind == "generalized"
    coarse = configure().complete(2, rows_per_cycle=3).train
    assert (coarse.forcing.kind, coarse.forcing.settings.estimator) == ("adaptive", "product_upper_bound")
    for given in ({"alpha": 0.3}, {"kind": "generalized"}):
        decided = configure(overrides={"train": {"forcing": given}}).complete(2, rows_per_cycle=3)
        assert decided.train.forcing.kind == "generalized"
    complete = configure().complete(2, rows_per_cycle=3)
    assert complete.complete(2) == complete


SIZES = {
    "clipped": "clipped shallow PLRNN, 3 latent, 100 hidden",
    "almost-linear": "almost-linear RNN, 20 latent, 2 rectified",
    "dendritic": "dendritic PLRNN, 22 latent, 20 bases",
    "continuous": "continuous-time PLRNN, 3 latent, 40 kinks",
    "gru": "GRU, 30 latent",
}


def test_more_latent_states_get_more_hidden_units():
    assert [configure().complete(n).model.units for n in (1, 3, 4, 64)] == [100, 100, 200, 200]
    given = configure(overrides={"model": {"dynamics": {"hidden_dim": 30}}}).complete(5)
    assert given.model.units == 30
    assert configure(overrides={"model": {"dynamics": {"kind": "continuous"}}}).complete(5).model.units == 40


NATURAL_SIZES = {
    "vanilla": ("identity", 30),
    "mean-centred": ("identity", 30),
    "dendritic": ("identity", 22),
    "clipped-dendritic": ("identity", 22),
    "almost-linear": ("identity", 20),
    "gru": ("affine", 30),
    "lstm": ("affine", 40),
    "lem": ("affine", 40),
}


@pytest.mark.parametrize(("dynamics", "natural"), NATURAL_SIZES.items())
def test_dynamics_without_a_hidden_layer_get_more_latent_states_than_channels(dynamics, natural):
    chosen = configure(overrides={"model": {"dynamics": {"kind": dynamics}}})
    complete = chosen.complete(3)
    assert (complete.model.observation.kind, complete.model.latent_dim) == natural
    assert complete.complete(3) == complete
    many = chosen.complete(64).model
    assert (many.observation.kind, many.latent_dim > 64) == (natural[0], True)


def test_cells_with_two_states_a_unit_need_an_even_number_of_them():
    assert configure(overrides={"model": {"dynamics": {"kind": "lstm"}}}).complete(4).model.latent_dim == 42
    for dynamics in ("lstm", "lem"):
        with pytest.raises(ConfigError, match="C577"):
            configure(overrides={"model": {"dynamics": {"kind": dynamics}, "latent_dim": 31}}).complete(3)


def test_a_hamiltonian_dynamics_has_a_momentum_for_every_position():
    chosen = configure(overrides={"model": {"dynamics": {"kind": "hamiltonian"}}})
    assert [chosen.complete(n).model.latent_dim for n in (1, 2, 3, 64)] == [2, 2, 4, 64]
    with pytest.raises(ConfigError, match="C577"):
        configure(overrides={"model": {"dynamics": {"kind": "hamiltonian"}, "latent_dim": 5}}).complete(3)


def test_no_more_states_can_be_rectified_than_there_are():
    def rectified(n):
        model = {"dynamics": {"kind": "almost-linear", "nonlinear_dim": n}, "latent_dim": 4}
        return configure(overrides={"model": model}).complete(3)

    assert rectified(4).model.latent_dim == 4
    with pytest.raises(ConfigError, match="C578"):
        rectified(5)


def test_a_model_is_described_by_the_sizes_it_has():
    described = {
        name: configure(overrides={"model": {"dynamics": {"kind": name}}}).complete(3).model.describe()
        for name in SIZES
    }
    assert described == SIZES


@pytest.mark.parametrize(
    ("section", "code", "told"),
    [
        ({"alpha": 1.5}, "C505", "train.forcing.alpha"),
        ({"alpha": "strong"}, "C505", "strong"),
        ({"kind": "generalized", "tau": 3}, "C501", "train.forcing.alpha"),
        ({"kind": "sparse", "taw": 3}, "C501", "train.forcing.tau"),
        ({"kind": "adaptive", "estimator": "guess"}, "C505", "arithmetic_mean"),
    ],
    ids=str,
)
def test_settings_of_a_kind_are_checked_when_all_is_decided(section, code, told):
    with pytest.raises(ConfigError) as caught:
        configure(overrides={"train": {"forcing": section}}).complete(2)
    assert caught.value.code == code
    assert told in str(caught.value)


def test_the_setting_of_a_kind_chooses_it():
    assert configure(overrides={"train": {"forcing": {"tau": 3}}}).complete(2).train.forcing.kind == "sparse"


def test_another_kind_replaces_all_settings_of_the_one_below():
    config = configure("paper", overrides={"model": {"dynamics": {"kind": "gru"}}}).complete(3)
    assert (config.model.dynamics.kind, config.model.dynamics.given) == ("gru", {})
    wider = configure("paper", overrides={"model": {"dynamics": {"hidden_dim": 300}}}).complete(3)
    assert wider.model.dynamics.given == {"hidden_dim": 300, "bounded": True}


def test_penalties_of_several_layers_are_added():
    config = configure("paper", overrides={"train": {"penalties": {"weight": {}}}}).complete(3)
    assert config.train.penalties.given == {"condition": {"strength": 1e-7}, "weight": {"strength": 1e-5}}


def test_the_loss_follows_the_model():
    kinds = {
        name: configure(overrides={"model": model}).complete(3).train.loss.kind
        for name, model in (("one", {}), ("many", {"subject_dim": 2}), ("counts", {"kinds": ["*=poisson"]}))
    }
    assert kinds == {"one": "teacher-forcing", "many": "subject-forcing", "counts": "encoded-forcing"}
    with pytest.raises(ConfigError, match="C514"):
        configure(overrides={"train": {"loss": {"kind": "encoded-forcing"}}}).complete(3)


def test_settings_of_a_newer_version_are_one_clear_sentence(toml):
    file = toml(f"format = {FORMAT + 1}\nunheard = 1\n")
    with pytest.raises(RunError, match=r"R320  file newer than the program[\s\S]*--upgrade"):
        configure(file=file)


INFERRING = {"loss": {"kind": "error-regression"}}


def test_a_loss_without_forcing_leaves_the_forcing_idle_and_untuned():
    complete = configure(overrides={"train": INFERRING}).complete(3)
    assert complete.train.forcing.settings.alpha == 0
    assert "train.forcing" not in complete.tune.settings
    assert complete.train.told == "error regression"
    assert complete.complete(3) == complete
    asked = configure(overrides={"train": INFERRING, "tune": {"settings": ["train.forcing"]}}).complete(3)
    assert asked.tune.settings == ()


@pytest.mark.parametrize("forcing", [{"alpha": 0.3}, {"kind": "adaptive"}, {"kind": "sparse", "tau": 5}])
def test_a_forcing_that_would_not_be_used_is_refused(forcing):
    with pytest.raises(ConfigError, match="C649"):
        configure(overrides={"train": {**INFERRING, "forcing": forcing}}).complete(3)
