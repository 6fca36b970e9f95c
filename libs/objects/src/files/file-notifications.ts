/** An object that a message of a store tells of. */
export interface CreatedObject {
  bucket: string;
  name: string;
}

/** A store says that a file has come. */
export interface FileNotification {
  name: string;
  /** Called once, when the file needs no second notification. Neither throws nor waits. */
  committed: () => void;
}

/** A queue in which a store tells of files that come. Each is announced again until it is committed. */
export interface FileNotifications {
  /**
   * Waits for some seconds for news. Names that no one asked for may be among them.
   *
   * @throws Error in one sentence, and the abort reason
   */
  receive(signal: AbortSignal): Promise<readonly FileNotification[]>;
  /** Ends the connection. What was committed and has not reached the queue is announced again. Throws nothing. */
  close(): Promise<void>;
}
