"""Benchmarks: what autograd_lite costs, as ratios to hand-written NumPy and beside the peers, each measured in one run.

::

    python -m benchmarks                        all of them; prints the tables
    python -m benchmarks step chain             only these
    python -m benchmarks step --task 2-3-2      only the rows whose name contains the text
    python -m benchmarks step --engine lite     only the engines whose name or key contains it
    python -m benchmarks --quick                fewer and shorter rounds: a first impression
    python -m benchmarks --check                exit status 1 if a target is missed
    python -m benchmarks --json results.json    also save every figure, with all rounds

``make bench`` installs the peers (the extra ``bench``) and runs all. A peer that is missing is shown as "not
installed". JAX is not in the extra; it is timed where it is present.

===============  =======================================================================================================
``step``         One SGD step of a sigmoid network with softmax cross-entropy, in every engine, as a ratio to the same
                 step hand-written in NumPy. Target: autograd_lite eager at most 2.0 on the 2-3-2 network.
``chain``        Time per recorded operation, forward and backward, of a chain of 100,000 and of 1,000,000 operations.
                 Target: at most 4 us per operation on 100,000; 1,000,000 work, without recursion.
``import_time``  What ``import autograd_lite`` adds to ``import numpy``. Target: at most 30 ms.
``memory``       Peak memory of one training step of twenty sigmoid layers, beside the same step hand-written and the
                 peers; memory after 1,000 steps beside that after 10. Targets: through ``nn`` at most 1.25 times the
                 hand-written; no growth, and nothing that only the garbage collector would free.
``cost``         The cost of a gradient over that of the function itself, on large arrays and in loops over ``x[i]`` and
                 ``out[i] = v``. Targets: at most 5 on large arrays; the loops grow linearly (the time per step in
                 one of 20,000 at most twice that in one of 2,500; if they grew quadratically, 8 times).
``matrices``     Jacobian of a function from 200 to 200 numbers, Hessian of one of 50 parameters, beside the peers.
                 Target: at most a third of the time of HIPS autograd.
``broad``        What recording costs beside the plain NumPy call, operation by operation. No target.
===============  =======================================================================================================

How it is measured
    Each engine runs in a process of its own, started once and kept. The parent asks one after the other for a timed
    round, in an order that is drawn anew for each round; a ratio is taken within a round, and the table shows the
    median over the rounds with the quartiles. So what the machine does meanwhile meets all engines alike. A process
    gives its turn back only when its threads have come to rest: those of OpenBLAS spin for a tenth of a second after
    the last product, and would take a core from whoever is measured next. Every engine gets the same number of threads
    (``--threads``, by default all cores of this process), Python's garbage collector is on, and calls before each timed
    stretch warm the caches. An engine with several threads suffers most from other programs on the machine, even a
    thousandfold; so the last line of each benchmark says how busy those were.

What is compared
    Before an engine is timed it proves that it computes the same as the hand-written step: the losses of three steps
    and the change of every parameter; or the right gradient or matrix, by hand or by differences. One that does not is
    shown as WRONG, and counts as a missed target.

Where things are
    ``runner.py`` starts processes, interleaves rounds, takes medians, prints tables; ``worker.py`` is the other end of
    the pipe. A benchmark is a module with ``run(options) -> Outcome``, listed in ``__main__.py``. ``steps/`` holds the
    step of each engine as a person would write it, a file each. To add an engine, write its file and list it in
    ``steps/__init__.py``.
"""
