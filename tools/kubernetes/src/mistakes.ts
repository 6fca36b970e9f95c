/** A mistake that a person may make in values, and what of the answer says how to fix it. */
export interface Mistake {
  what: string;
  app: string;
  settings: readonly string[];
  answer: RegExp;
}

/** Each must be refused before anything is installed, by one sentence. */
export const mistakes: readonly Mistake[] = [
  {
    what: 'no app',
    app: 'elasticsearch',
    settings: ['app='],
    answer: /app is not set: pass a file of infra\/k8s\/values/,
  },
  {
    what: 'an app of no role',
    app: 'elasticsearch',
    settings: ['app=elasticsearch'],
    answer: /at '\/app': 'elasticsearch' does not match pattern/,
  },
  {
    what: 'a misspelt value',
    app: 'elasticsearch',
    settings: ['replica=2'],
    answer: /additional properties 'replica' not allowed/,
  },
  {
    what: 'replicas in words',
    app: 'elasticsearch',
    settings: ['replicas=two'],
    answer: /at '\/replicas': got string, want integer/,
  },
  {
    what: 'a source that runs twice',
    app: 'tweets',
    settings: ['replicas=2'],
    answer: /replicas is 2, but sources\/tweets is a source, which runs once: set it to 1/,
  },
  {
    what: 'a source that scales',
    app: 'iot',
    settings: ['scaling.enabled=true'],
    answer: /scaling is on, but sources\/iot is a source/,
  },
  {
    what: 'a sink on each node',
    app: 'gcs',
    settings: ['workload=DaemonSet'],
    answer: /workload is DaemonSet, but only sources\/host-metrics runs on each node/,
  },
  {
    what: 'a password in plain text',
    app: 'elasticsearch',
    settings: ['env.ELASTICSEARCH_PASSWORD=x'],
    answer: /env\.ELASTICSEARCH_PASSWORD is a secret in plain text: put it into a Secret/,
  },
  {
    what: 'no Kafka',
    app: 'stdout',
    settings: ['env.KAFKA_BROKERS=null'],
    answer: /env\.KAFKA_BROKERS is not set: it says where your servers are/,
  },
  {
    what: 'scaling without partitions',
    app: 'elasticsearch',
    settings: ['scaling.enabled=true', 'scaling.prometheus=http://prometheus:9090'],
    answer: /scaling\.partitions is not set: more replicas than partitions would be idle/,
  },
  {
    what: 'more replicas than partitions',
    app: 'elasticsearch',
    settings: [
      'scaling.enabled=true',
      'scaling.prometheus=http://prometheus:9090',
      'scaling.partitions=4',
      'scaling.minReplicas=6',
    ],
    answer: /scaling\.minReplicas is 6, more than the 4 partitions/,
  },
  {
    what: 'a port that is none',
    app: 'elasticsearch',
    settings: ['networkPolicy.egressPorts[0]=92000'],
    answer: /at '\/networkPolicy\/egressPorts\/0': maximum: got 92,?000, want 65,?535/,
  },
  {
    what: 'half a reference to a secret',
    app: 'elasticsearch',
    settings: ['secretEnv.ELASTICSEARCH_API_KEY.key=null'],
    answer: /at '\/secretEnv\/ELASTICSEARCH_API_KEY\/key': got null, want string/,
  },
];
