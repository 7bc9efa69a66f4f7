"""The doctor for backward passes by hand: the slips that people make, the search for them, the words for them.

Its rooms, from the bottom up; each imports only what stands above it::

    words, constants, transcript, steps, shapes    vocabulary; the person's run; terms that are alike; shapes
    slips, chain, evidence                         a slip and its cost; the right lines; the person's numbers
    forwards                                       other forward passes that wrong gradients may be right for
    edits/                                         what people do to a line
    search/                                        which of that gives the person's numbers
    case, clues, findings                          a derivation in the person's names; the task of a search; its result
    diagnosis                                      all of it, one after the other

A slip that the doctor does not know yet is one more edit in ``edits/``, or, if no edit of one line can say it, one more
room in ``search/``.
"""
