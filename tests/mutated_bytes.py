"""What failing disks, broken transfers and careless hands do to the bytes of a file."""

import numpy as np


def mutated(content: bytes, rng: np.random.Generator) -> bytes:
    """A copy with a flipped bit, other bytes, zeros, bytes or lines cut off, left out, doubled or put in; or empty."""
    changed, at = bytearray(content), int(rng.integers(len(content)))
    line = content.rfind(b"\n", 0, at) + 1
    match rng.integers(10):
        case 0:
            changed[at] ^= 1 << int(rng.integers(8))
        case 1:
            changed[at : at + 64] = bytes(len(changed[at : at + 64]))
        case 2:
            del changed[at:]
        case 3:
            del changed[line:]
        case 4:
            del changed[line : content.find(b"\n", line) + 1]
        case 5:
            changed[at:at] = rng.bytes(5)
        case 6:
            changed[at:at] = content[line : line + 200]
        case 7:
            del changed[at : at + 5]
        case 8:
            changed[at : at + 4] = rng.bytes(len(changed[at : at + 4]))
        case _:
            changed.clear()
    return bytes(changed)
