"""Runs local-bigquery 0.3.2 with one gap closed.

Its jobs.insert looks a job id up and then saves it without a lock (local_bigquery/jobs/runner.py, submit()), so two
inserts of one id at the same moment can both run. BigQuery runs one and answers 409 to the rest; here submit() is
entered by one caller at a time. Jobs still run in parallel: submit() only queues them.
"""

import threading

from local_bigquery.jobs import runner

_submit, _one_at_a_time = runner.submit, threading.Lock()


def submit(*args, **kwargs):
    with _one_at_a_time:
        return _submit(*args, **kwargs)


runner.submit = submit

if __name__ == "__main__":
    from local_bigquery.cli import main

    main()
