/** A store says that a file has come. */
export interface FileNotification {
  name: string;
  /** Called once, when the file needs no second notification. Neither throws nor waits. */
  handled: () => void;
}

/** A queue in which a store tells of files that come. Each notification comes again until it is handled. */
export interface FileNotifications {
  /**
   * Waits for some seconds for news. Names outside the prefix may be among them.
   *
   * @throws Error in one sentence, and the abort reason
   */
  receive(signal: AbortSignal): Promise<readonly FileNotification[]>;
  close(): void;
}
