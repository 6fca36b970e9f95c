/** The arguments of a server's `install`. */
export interface InstallJob {
  /** The server to install, for messages. */
  server: string;
  /** A folder for downloads and other temporary files. It is kept when an installation is interrupted, and removed when it is complete. */
  work: string;
  /** The folder to fill, empty at first. It becomes the installed release. */
  files: string;
  /**
   * Runs a tool to its end, with its output in a log. The tool and its children end with this process.
   *
   * @throws with the end of that log when the tool fails
   */
  run(program: string, args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<void>;
}
