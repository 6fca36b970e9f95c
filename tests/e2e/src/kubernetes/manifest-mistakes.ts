/** A mistake in a resource of the chart, and what of the server's answer says what is wrong. */
interface ManifestMistake {
  what: string;
  from: string | RegExp;
  to: string;
  answer: RegExp;
}

/** Made in what the chart renders for the sink for Elasticsearch with everything on but scaling; the API server must refuse each. */
export const manifestMistakes: readonly ManifestMistake[] = [
  {
    what: 'a misspelt field',
    ...{ from: 'runAsNonRoot: true', to: 'runAsNonroot: true' },
    answer: /unknown field "spec\.template\.spec\.securityContext\.runAsNonroot"/,
  },
  {
    what: 'replicas in words',
    ...{ from: 'replicas: 2', to: 'replicas: two' },
    answer: /replicas/,
  },
  {
    what: 'a selector that does not select the pods',
    ...{ from: /(kind: Deployment[^]*?matchLabels:\n\s+app\.kubernetes\.io\/name: )\S+/, to: '$1kafka' },
    answer: /`selector` does not match template `labels`/,
  },
  {
    what: 'a request above its limit',
    ...{ from: 'memory: 256Mi', to: 'memory: 1Gi' },
    answer: /requests.*must be less than or equal to memory limit of 512Mi/,
  },
  {
    what: 'a mount of no volume',
    ...{ from: '- { name: tmp, mountPath', to: '- { name: temp, mountPath' },
    answer: /volumeMounts\[0\]\.name: Not found: "temp"/,
  },
  {
    what: 'a budget of two kinds',
    ...{ from: '  maxUnavailable: 1\n', to: '  maxUnavailable: 1\n  minAvailable: 1\n' },
    answer: /minAvailable and maxUnavailable cannot be both set/,
  },
  {
    what: 'a port that is none',
    ...{ from: 'containerPort: 9464', to: 'containerPort: 94640' },
    answer: /containerPort: Invalid value: 94640: must be between 1 and 65535/,
  },
  {
    what: 'a rollout that cannot move',
    ...{ from: 'maxSurge: 1, maxUnavailable: 0', to: 'maxSurge: 0, maxUnavailable: 0' },
    answer: /may not be 0 when `maxSurge` is 0/,
  },
  {
    what: 'a probe that looks at no time',
    ...{ from: 'periodSeconds: 10', to: 'periodSeconds: -5' },
    answer: /periodSeconds: Invalid value: -5: must be greater than or equal to 0/,
  },
  {
    what: 'no image',
    ...{ from: /image: "[^"]+"/, to: 'image: ""' },
    answer: /containers\[0\]\.image: Required value/,
  },
  {
    what: 'a protocol that is none',
    ...{ from: 'port: 9093, protocol: TCP', to: 'port: 9093, protocol: TLS' },
    answer: /protocol: Unsupported value: "TLS"/,
  },
  {
    what: 'an interval of the PodMonitor that is none',
    ...{ from: 'interval: 15s', to: 'interval: often' },
    answer: /interval.*should match/,
  },
  {
    what: 'a spread that may be broken or not',
    ...{ from: 'whenUnsatisfiable: ScheduleAnyway', to: 'whenUnsatisfiable: Sometimes' },
    answer: /whenUnsatisfiable: Unsupported value: "Sometimes"/,
  },
];
