/** What a server's `install` is given. */
export interface InstallJob {
  /** The server to install, for messages. */
  server: string;
  /** A folder for downloads and other leavings; kept when an installation is interrupted, removed when it is done. */
  work: string;
  /** The folder to fill, empty at first. It becomes the installed release. */
  files: string;
  /**
   * Runs a tool to its end, its output going to a log. Throws with the tail of that log when the tool fails. The tool
   * and its children end with this process, however that ends.
   */
  run(program: string, args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<void>;
}
