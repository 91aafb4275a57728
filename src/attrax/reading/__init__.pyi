from .continued import continued as continued
from .load import load as load
from .load import load_raw as load_raw
from .load_options import LoadOptions as LoadOptions
from .read_options import ReadOptions as ReadOptions
from .readers import READERS as READERS
from .readers import read as read
