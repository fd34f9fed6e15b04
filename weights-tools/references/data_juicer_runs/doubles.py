"""Numbers whose spelling is tested: random ones of all kinds, and those at which a rule ends."""

import math
import random
import struct


def doubles() -> list[float]:
    source = random.Random(1024)
    result = [0.5, 1 / 3, 1e16, math.nextafter(1e16, math.inf), 1e-15, math.nextafter(1e-15, 0), 0.00000000005, 0.00000000015, 0.99999999995, 1.99999999995, 5e-324]
    result += [number for number in (struct.unpack("<d", source.randbytes(8))[0] for _ in range(60)) if math.isfinite(number)]
    result += [source.uniform(-1, 1) * 10.0 ** source.randrange(-18, 19) for _ in range(120)]
    result += [round(source.uniform(-100, 100), source.randrange(13)) for _ in range(60)]
    result += [source.randrange(-(10**6), 10**6) / 2 ** source.randrange(40) for _ in range(60)]
    return result
