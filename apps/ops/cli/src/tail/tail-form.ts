/** How records are printed: for people, as the event's JSON alone, or as JSON with the place in Kafka. */
export type TailForm = 'lines' | 'raw' | 'json';
