# The stand-in for BigQuery: local-bigquery on DuckDB, project `local`, from PyPI only.
FROM python:3.13.15-slim-trixie

# DuckDB looks for its extensions in the user's home folder.
ENV HOME=/home/bigquery PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --uid 10001 --create-home bigquery && install --directory --owner=bigquery --group=bigquery /var/lib/sluice
RUN pip install --no-cache-dir --root-user-action=ignore --disable-pip-version-check \
      local-bigquery==0.3.2 \
      duckdb==1.5.5 \
      duckdb-extensions==1.5.5 \
      duckdb-extension-ducklake==1.5.5 \
      duckdb-extension-httpfs==1.5.5 \
      duckdb-extension-icu==1.5.5 \
      duckdb-extension-spatial==1.5.5
USER bigquery
RUN python -c "import duckdb, duckdb_extensions as extensions; \
      [(extensions.import_extension(name), duckdb.load_extension(name)) for name in ('ducklake', 'httpfs', 'icu', 'spatial')]"

WORKDIR /app
COPY apps/ops/stack/src/servers/bigquery-serve.py ./
EXPOSE 9050 9060
CMD ["python", "bigquery-serve.py", "--host", "0.0.0.0", "--port", "9050", "--grpc-port", "9060", "--project", "local", "--data-dir", "/var/lib/sluice"]
