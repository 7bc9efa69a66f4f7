"""``python -m benchmarks``: run benchmarks and print their tables."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmarks import broad, chain, conformance, cost, dispatch, import_time, matrices, memory, reports, step
from benchmarks.runner import Bystanders, Options, environment, usable_cores

BENCHMARKS = {
    "step": step,
    "chain": chain,
    "import_time": import_time,
    "memory": memory,
    "cost": cost,
    "matrices": matrices,
    "broad": broad,
    "dispatch": dispatch,
    "conformance": conformance,
    "reports": reports,
}


def main() -> int:
    arguments = parse_arguments()
    options = Options(
        quick=arguments.quick,
        threads=arguments.threads,
        rounds=arguments.rounds,
        tasks=arguments.task,
        engines=arguments.engine,
    )
    facts = environment(options)
    print("\n".join(f"{key}: {value}" for key, value in facts.items()))
    results: dict[str, object] = {"environment": facts}
    missed = 0
    for name in dict.fromkeys(arguments.names or BENCHMARKS):
        with Bystanders() as bystanders:
            outcome = BENCHMARKS[name].run(options)
        print(f"\n{outcome}\n({name}: {bystanders})", flush=True)
        results[name] = outcome.as_dict() | {"cores_used_by_others": bystanders.cores}
        missed += sum(not verdict.met for verdict in outcome.verdicts)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1, default=vars) + "\n", encoding="utf-8")
    return 1 if arguments.check and missed else 0


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="What autograd_lite costs, beside hand-written NumPy and the peers."
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"which to run: {', '.join(BENCHMARKS)} (default: all)"
    )
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--check", action="store_true", help="exit status 1 if a target is missed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also save the figures, with all rounds")
    parser.add_argument("--threads", type=int, default=usable_cores(), help="for each engine (default: %(default)s)")
    parser.add_argument("--rounds", type=int, metavar="N", help="how many, in `step` (default: 40; quick: 10)")
    parser.add_argument("--task", action="append", default=[], metavar="TEXT", help="only rows named like TEXT")
    parser.add_argument("--engine", action="append", default=[], metavar="TEXT", help="only engines named like TEXT")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"no benchmark named {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
