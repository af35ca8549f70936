"""The demo: the real bot, worker and database, against the stand-ins, all in one process."""
