# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""pefile_median.py FILE...: the median time of a whole parse by pefile, in nanoseconds. bench_pe runs it for its row."""
import statistics
import sys
import time

import pefile

times = []
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        data = file.read()
    start = time.perf_counter_ns()
    try:
        pefile.PE(data=data, fast_load=False)
    except pefile.PEFormatError:
        continue
    times.append(time.perf_counter_ns() - start)
print(statistics.median(times))
