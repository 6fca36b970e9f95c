"""Runs local-bigquery 0.3.2 with three gaps closed.

Its jobs.insert looks a job id up and then saves it without a lock (local_bigquery/jobs/runner.py, submit()), so two
inserts of one id at the same moment can both run. BigQuery runs one and answers 409 to the rest; here submit() is
entered by one caller at a time. Jobs still run in parallel: submit() only queues them.

Its first loads of gs:// objects each create a secret of the same name (jobs/storage.py, paths()), and of two at the
same moment one fails with a write-write conflict. Here they do so one after the other.

DuckDB takes `date=2026-11-28` in an object's name for a column, and overwrites the field `date` of each row. BigQuery
does so only with hivePartitioningOptions (jobs/load.py, _hive()).
"""

import threading

from local_bigquery.jobs import load, runner

_submit, _one_at_a_time = runner.submit, threading.Lock()
_paths, _one_secret = load.paths, threading.Lock()
_hive = load._hive


def submit(*args, **kwargs):
    with _one_at_a_time:
        return _submit(*args, **kwargs)


def paths(*args, **kwargs):
    with _one_secret:
        return _paths(*args, **kwargs)


def hive(config):
    return _hive(config) or {"hive_partitioning": "false"}


runner.submit = submit
load.paths = paths
load._hive = hive

if __name__ == "__main__":
    from local_bigquery.cli import main

    main()
