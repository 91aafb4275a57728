"""The catalogue of built-in systems: finds a system by its name.

Only the file of that system is imported, so an unknown name is reported without waiting for jax.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from attrax.core.errors import DataError
from attrax.core.spec import alike

if TYPE_CHECKING:
    from attrax.systems.system import System

# Systems with a class and a file of their own, in `closed_form`.
_CLASSES = ("lorenz63", "lorenz96", "rossler", "henon", "logistic", "oscillator")
# Systems defined by one function each; a file holds all systems of one science.
_BY_FILE = {
    "flows.strange_attractors": (
        "aizawa arneodo burke_shaw coullet dequan_li guckenheimer_holmes halvorsen liu_chen lu_chen "
        "lu_chen_cheng pan_xu_zhou pehlivan_wei qi_chen rabinovich_fabrikant sakarya shimizu_morioka thomas "
        "thomas_labyrinth torus tsucs2 wang_sun"
    ),
    "flows.biology": (
        "ca_two_plus ca_two_plus_quasiperiodic cell_cycle circadian_rhythm glycolytic_oscillation itik_banks_tumor"
    ),
    "flows.chemistry": "belousov_zhabotinsky forced_brusselator isothermal_chemical kawczynski_strizhak",
    "flows.climate": (
        "atmospheric_regime hadley lorenz84 lorenz_bounded lorenz_coupled lorenz_stenflo rayleigh_benard "
        "rikitake_dynamo vallis_el_nino windmi_reduced"
    ),
    "flows.ecology": "blasius coevolving_predator_prey hastings_powell mac_arthur salton_sea turchin_hanski",
    "flows.economics": "bouali bouali2 finance",
    "flows.electronics": (
        "anishchenko_astakhov cellular_neural_network chen chua colpitts dadras forced_van_der_pol "
        "genesio_tesi jerk_circuit laser multi_chua san_um_srisuchinwong yu_wang yu_wang2 zhou_chen"
    ),
    "flows.fluids": (
        "arnold_beltrami_childress bickley_jet blinking_rotlet blinking_vortex double_gyre fluid_trampoline "
        "interior_squirmer lid_driven_cavity_flow moore_spiegel oscillating_flow rucklidge"
    ),
    "flows.hyperchaos": (
        "hyper_bao hyper_cai hyper_jha hyper_lorenz hyper_lu hyper_pang hyper_qi hyper_rossler hyper_wang "
        "hyper_xu hyper_yan hyper_yang_chen qi"
    ),
    "flows.mechanics": (
        "arnold_web chen_lee double_pendulum duffing henon_heiles newton_liepnik nose_hoover "
        "nuclear_quadrupole stick_slip_oscillator swinging_atwood"
    ),
    "flows.neuroscience": "beer_rnn excitable_cell forced_fitz_hugh_nagumo hindmarsh_rose hopfield theta_gamma",
    "flows.sprott": (
        "sprott_a sprott_b sprott_c sprott_d sprott_e sprott_f sprott_g sprott_h sprott_i sprott_j "
        "sprott_jerk sprott_k sprott_l sprott_m sprott_more sprott_n sprott_o sprott_p sprott_q sprott_r "
        "sprott_s sprott_torus"
    ),
    "delays": "ikeda_delay mackey_glass piecewise_circuit scroll_delay sprott_delay voss_delay",
    "maps": (
        "baker bedhead blinking_vortex_map bogdanov chebyshev chirikov circle de_jong duffing_map gauss "
        "gingerbreadman gumowski_mira hopalong ikeda kaplan_yorke maynard_smith pickover ricker svensson tent "
        "tinkerbell"
    ),
    "lattices": "day_and_night high_life life replicator rule_22 rule_90 rule_150 seeds",
}
_FILE = {name: file for file, names in _BY_FILE.items() for name in names.split()}
_NAMES = (*_CLASSES, *_FILE)


def names() -> tuple[str, ...]:
    """Names of all built-in systems.

    Example:
        >>> "lorenz63" in names()
        True
    """
    return _NAMES


def find(name: str) -> "System":
    """The built-in system with a given name, at its textbook parameters.

    Args:
        name: One of `names()`.

    Raises: `DataError` D120 if no built-in system has this name.

    Example:
        >>> find("henon").channels
        ('x', 'y')
    """
    if name not in _NAMES:
        raise DataError(
            "D120",
            "unknown system",
            where=f"'{name}'",
            why="no built-in system has this name",
            fix=_suggestion(name),
        )
    if name in _FILE:
        return getattr(import_module(f"attrax.systems.{_FILE[name]}"), name)
    return import_module(f"attrax.systems.closed_form.{name}").SYSTEM


def _suggestion(name: str) -> str:
    meant = alike(name, _NAMES)
    if meant:
        return f"did you mean '{meant}'? `attrax systems` lists all {len(_NAMES)}"
    return f"use one of: {', '.join(_NAMES)}"
