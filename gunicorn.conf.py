"""How the web server's workers start; gunicorn reads this file by itself."""

import gc


def post_worker_init(worker):
    """Leave alone what was loaded, and look for garbage less often: it cost a seventh of every hand-in."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
