/** Settings of the sink bigquery: load jobs without the service's daily quota, with which a scenario would take hours. */
export const unpacedLoads = { BIGQUERY_LOADS_PER_DAY: '1000000', BIGQUERY_LOADS_BURST: '100000' };
