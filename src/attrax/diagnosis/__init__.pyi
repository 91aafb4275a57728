from .checks import check as check
from .diagnosis import Diagnosis as Diagnosis
from .diagnosis import diagnose as diagnose
