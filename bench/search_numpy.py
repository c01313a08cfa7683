"""Baseline of bench/search.ts: the same scan in numpy. Reads one line per run from stdin, prints its milliseconds."""

import sys
import time

import numpy as np

count, dim, top = (int(a) for a in sys.argv[1:4])
rng = np.random.default_rng(1)
gallery = rng.standard_normal((count, dim), dtype=np.float32)
gallery /= np.linalg.norm(gallery, axis=1, keepdims=True)
probe = gallery[0].copy()
print(f"numpy {np.__version__}", flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    scores = gallery @ probe
    best = np.argpartition(scores, -top)[-top:]
    best = best[np.argsort(-scores[best], kind="stable")]
    print((time.perf_counter() - start) * 1000, flush=True)
