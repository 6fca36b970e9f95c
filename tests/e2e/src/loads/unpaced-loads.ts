/** Settings of the sink bigquery: jobs as often as the stand-in takes them. With the service's daily quota a proof would take hours. */
export const unpacedLoads = { BIGQUERY_LOADS_PER_DAY: '1000000', BIGQUERY_LOADS_BURST: '100000' };
