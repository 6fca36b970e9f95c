/** One field's mapping. */
export interface Mapping {
  type?: string;
  properties?: Readonly<Record<string, Mapping>>;
  fields?: Readonly<Record<string, Mapping>>;
  index?: boolean;
  doc_values?: boolean;
  analyzer?: string;
  ignore_above?: number;
  ignore_malformed?: boolean;
  depth_limit?: number;
  format?: string;
  enabled?: boolean;
  dynamic?: boolean;
}
