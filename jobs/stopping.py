"""The wish to stop, set by the worker's signal handler and looked at by whatever it runs."""

import threading

stop_requested = threading.Event()
