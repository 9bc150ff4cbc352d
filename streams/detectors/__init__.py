"""Statistical detectors: numbers in, numbers out; no store, no broker, no clock, and chance only by a seed.

For counts (``Series`` in, ``Judged`` out): ``seasonal``, ``farrington``, ``gamma_poisson``, ``cusum``, ``ears``, or any
by name with ``methods.judge``; ``calendar.load_of`` knows weekdays and bank holidays. For places and times: ``scan``
(``permutation_scan``, ``poisson_scan``) and ``near_repeat`` (``knox``, ``learn_decay``).
"""
