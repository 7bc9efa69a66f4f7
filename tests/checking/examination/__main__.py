"""``python -m tests.checking.examination``: the table of the doctor's examination."""

from __future__ import annotations

import argparse
import sys

from tests.checking.examination.mutations import cases
from tests.checking.examination.score import details, examine, executed, markdown, page


def main() -> None:
    """Run the examination."""
    parser = argparse.ArgumentParser(prog="python -m tests.checking.examination", description=__doc__)
    parser.add_argument("--half", choices=["practice", "held-out", "both", "none"], default="practice")
    parser.add_argument("--right", type=int, default=0, metavar="N", help="also N right backward passes")
    parser.add_argument("--verbose", action="store_true", help="each missed case, with what was expected and found")
    parser.add_argument("--only", default="", metavar="TEXT", help="only cases with this in their names")
    parser.add_argument("--first", type=int, default=None, metavar="N", help="only so many cases")
    parser.add_argument("--forum", action="store_true", help="also the programs in the manner of forums")
    parser.add_argument("--markdown", action="store_true", help="the table as docs/doctor.md has it")
    options = parser.parse_args()
    if options.half != "none":
        chosen = [c for c in cases() if options.half in (c.half, "both") and options.only in c.name][: options.first]
        results = []
        for number, case in enumerate(chosen):
            if sys.stderr.isatty():
                print(f"\r{number}/{len(chosen)}", end="\r", file=sys.stderr)
            results.append(examine(case))
            if options.verbose and (results[-1].missed or results[-1].surplus):
                print(details(results[-1]), flush=True)
        made = markdown(results) if options.markdown else page(results)
        print(f"{made}\n{executed(results)}" if results else "no case of that name")
    if options.forum:
        from tests.checking.examination import forum

        print(forum.page(options.verbose))
    if options.right:
        from tests.checking.examination.right import alarms

        print(alarms(options.right, options.verbose))


if __name__ == "__main__":
    main()
