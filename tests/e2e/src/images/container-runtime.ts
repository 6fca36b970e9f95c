/** What an app may use, and where its output goes. */
export interface ContainerOptions {
  environment: Readonly<Record<string, string>>;
  memoryBytes: number;
  pids: number;
  tmpfs: readonly string[];
  /** Folders of this machine that it may read, at the same path. */
  readable: readonly string[];
  /** A folder's own files may be read by that user only. */
  logFile: string;
}

/** A container in the host's network, with a read-only root, no capability and no way to get one. */
export interface Container {
  /** Runs a command in it. */
  exec(command: readonly string[]): Promise<{ code: number; output: string }>;
  memory(): Promise<{ nowBytes: number; peakBytes: number }>;
  /** Sends SIGTERM, and SIGKILL after the grace. @returns its exit code, 137 after SIGKILL */
  stop(graceMs: number): Promise<number>;
}

interface BuiltImage {
  size: string;
  layer: string;
}

/** Builds and runs images: through an engine where one answers, else with the tools that engines are made of. */
export interface ContainerRuntime {
  readonly name: string;
  /** Prepares what images are built from. */
  prepare(say: (line: string) => void): Promise<void>;
  /**
   * @param app the Dockerfile's argument
   * @param isFresh without layers of earlier builds
   * @returns the image's size, unpacked, for a person; and the digest of its last layer, which is the app's
   */
  build(app: string, image: string, isFresh?: boolean): Promise<BuiltImage>;
  /** The command of the image's HEALTHCHECK. */
  healthCheck(image: string): Promise<string[]>;
  run(name: string, image: string, options: ContainerOptions): Promise<Container>;
}
