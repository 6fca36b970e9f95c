import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstallJob } from '../install/install-job.ts';
import { copyDependencies, type Artifact } from '../install/maven.ts';
import { giveTo, takeBack } from '../state/ownership.ts';
import { outputOf } from '../toolchains/executable.ts';
import { findTool } from '../toolchains/install-tools.ts';
import { findJava, parseJavaVersion } from '../toolchains/java.ts';
import { answersOk } from './http-ready.ts';
import { portOf, temporaryFolder, type Place, type Server } from './server.ts';

const version = '3.9.0';
const log4jVersion = '2.25.5';
const javaVersion = 21;

/** OpenSearch refuses to run as root. Root runs it as the user that Elasticsearch runs as. */
const stepDown = process.getuid?.() === 0 ? { user: { uid: 9200, gid: 9200 } } : {};

/** A module of the server: its artifact, its class, and the module that it extends. */
interface Module {
  name: string;
  artifact: string;
  plugin: string;
  extends?: string;
}

/** Those that a template and a search need. */
const modules: readonly Module[] = [
  { name: 'transport-netty4', artifact: 'transport-netty4-client', plugin: 'transport.Netty4ModulePlugin' },
  { name: 'lang-painless', artifact: 'lang-painless', plugin: 'painless.PainlessModulePlugin' },
  {
    name: 'analysis-common',
    artifact: 'analysis-common',
    plugin: 'analysis.common.CommonAnalysisModulePlugin',
    extends: 'lang-painless',
  },
  { name: 'reindex', artifact: 'reindex-client', plugin: 'index.reindex.ReindexModulePlugin' },
  { name: 'mapper-extras', artifact: 'mapper-extras-client', plugin: 'index.mapper.MapperExtrasModulePlugin' },
];

/** OpenSearch, one node without security, laid out from the jars on Maven Central. Started only if named. */
export const opensearch: Server = {
  name: 'opensearch',
  title: `OpenSearch ${version}`,
  release: `opensearch-${version}`,
  variable: 'OPENSEARCH_URL',
  usualPorts: { http: 9201 },
  installSize: { amount: 130_000_000, unit: 'bytes' },
  installDiskBytes: 300_000_000,
  ...stepDown,
  runtime: () => findJava({ server: 'opensearch', majorVersion: javaVersion, ...stepDown }),
  findTools: () => findTool('opensearch', 'mvn'),
  async install(job) {
    const lib = join(job.files, 'lib');
    await copyDependencies({ ...job, files: lib }, [
      { group: 'org.opensearch', artifact: 'opensearch', version },
      { group: 'org.opensearch', artifact: 'opensearch-plugin-classloader', version },
      { group: 'org.opensearch', artifact: 'opensearch-agent-bootstrap', version },
      { group: 'org.apache.logging.log4j', artifact: 'log4j-core', version: log4jVersion },
    ]);
    // Its own check of permissions makes folders that are missing, which it may not do here.
    for (const folder of ['bin', 'config', 'plugins']) await mkdir(join(job.files, folder), { recursive: true });
    for (const module of modules) await installModule(job, lib, module);
  },
  async command(place) {
    const { user } = stepDown;
    // Before anything is written: since an earlier start the folder belongs to that user, who may have created links in it.
    if (user) await takeBack(user, place.data);
    await writeConfiguration(place);
    if (user) await giveTo(user, place.data);
    const java = join(place.runtime, 'bin/java');
    const found = parseJavaVersion((await outputOf(java, ['-version'])) ?? '') ?? javaVersion;
    return {
      program: java,
      args: [
        ...javaOptions(place, found),
        '-cp',
        join(place.installed, 'lib/*'),
        'org.opensearch.bootstrap.OpenSearch',
      ],
      environment: { HOME: place.data },
      ...stepDown,
    };
  },
  address: (ports) => `http://127.0.0.1:${portOf(ports, 'http')}`,
  isReady: (address) => answersOk(`${address}/_cluster/health?wait_for_status=yellow&timeout=1s`),
};

async function installModule(job: InstallJob, lib: string, { name, artifact, plugin, ...more }: Module): Promise<void> {
  const folder = join(job.files, 'modules', name);
  const coordinates: Artifact = { group: 'org.opensearch.plugin', artifact, version };
  await copyDependencies({ ...job, files: folder }, [coordinates]);
  // The server refuses to start with a jar that it finds twice.
  const others = [lib, ...(more.extends === undefined ? [] : [join(job.files, 'modules', more.extends)])];
  for (const jar of await readdir(folder)) {
    const isForeign = /^netty-codec-native-quic-.*-(osx|windows)-/.test(jar);
    if (isForeign || others.some((other) => existsSync(join(other, jar)))) await rm(join(folder, jar));
  }
  const descriptor = {
    description: name,
    version,
    name,
    classname: `org.opensearch.${plugin}`,
    'java.version': javaVersion,
    'opensearch.version': version,
    'extended.plugins': more.extends ?? '',
    'has.native.controller': false,
  };
  const lines = Object.entries(descriptor).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(join(folder, 'plugin-descriptor.properties'), lines.join(''));
  await writeFile(join(folder, 'plugin-security.policy'), 'grant {\n  permission java.security.AllPermission;\n};\n');
}

async function writeConfiguration({ data, ports }: Place): Promise<void> {
  for (const folder of ['config', 'data', 'logs', 'tmp']) await mkdir(join(data, folder), { recursive: true });
  const settings = {
    'cluster.name': 'sluice',
    'node.name': 'node-1',
    'path.data': join(data, 'data'),
    'path.logs': join(data, 'logs'),
    'network.host': '127.0.0.1',
    'http.port': portOf(ports, 'http'),
    'transport.port': 0,
    'discovery.type': 'single-node',
    'cluster.routing.allocation.disk.threshold_enabled': false,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`);
  await writeFile(join(data, 'config/opensearch.yml'), lines.join(''));
  await writeFile(join(data, 'config/log4j2.properties'), logging);
}

const logging = `status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
`;

/** What the server's own start script sets. */
function javaOptions({ installed, data }: Place, version: number): string[] {
  const heap = process.env.STACK_OPENSEARCH_HEAP ?? '512m';
  return [
    `-Xms${heap}`,
    `-Xmx${heap}`,
    '-XX:+UseG1GC',
    '-Xss1m',
    `-Djava.io.tmpdir=${temporaryFolder(data)}`,
    `-XX:ErrorFile=${join(data, 'logs/hs_err_pid%p.log')}`,
    '-Djava.awt.headless=true',
    '-Dfile.encoding=UTF-8',
    '-Djna.nosys=true',
    '-Dio.netty.noUnsafe=true',
    '-Dio.netty.noKeySetOptimization=true',
    '-Dio.netty.recycler.maxCapacityPerThread=0',
    '-Dio.netty.allocator.numDirectArenas=0',
    '-Dlog4j.shutdownHookEnabled=false',
    '-Dlog4j2.disable.jmx=true',
    '-Dlog4j2.formatMsgNoLookups=true',
    '-Djava.locale.providers=CLDR',
    '--enable-native-access=ALL-UNNAMED',
    '--add-modules=jdk.incubator.vector',
    ...(version < 24 ? ['-Djava.security.manager=allow'] : []),
    `-Dopensearch.path.home=${installed}`,
    `-Dopensearch.path.conf=${join(data, 'config')}`,
    '-Dopensearch.distribution.type=tar',
    '-Dopensearch.bundled_jdk=false',
  ];
}
