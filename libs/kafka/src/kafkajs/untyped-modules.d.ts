declare module 'kafkajs/src/protocol/decoder.js' {
  export default class Decoder {
    constructor(buffer: Buffer);
    readonly buffer: Buffer;
    offset: number;
    readInt8(): number;
    readInt16(): number;
    readUVarInt(): number;
    readUVarIntString(): string;
    readInt32(): number;
    readInt64(): bigint;
    /** Null is possible where Kafka's protocol says so. */
    readString(): string;
    readBytes(length: number): Buffer;
    readTaggedFields(): unknown;
  }
}
declare module 'kafkajs/src/protocol/encoder.js' {
  export default class Encoder {
    writeInt8(value: number): this;
    writeUVarInt(value: number): this;
    writeString(value: string | null): this;
    writeUVarIntString(value: string | null): this;
    writeBytes(value: Buffer): this;
    writeUVarIntBytes(value: Buffer): this;
    writeInt16(value: number): this;
    writeInt32(value: number): this;
    writeInt64(value: bigint | string): this;
    writeBoolean(value: boolean): this;
  }
}
declare module 'kafkajs/src/protocol/error.js' {
  /** An error with the `type` that Kafka's protocol names for the code, and whether it may be tried again. */
  export function createErrorFromCode(code: number): Error & { type: string; retriable: boolean };
}
declare module 'kafkajs/src/consumer/consumerGroup.js' {
  import type { OffsetsByTopicPartition, PartitionAssigner, TopicPartitions } from 'kafkajs';
  /** What a fetch brought of a partition: kafkajs's `Batch`. */
  export interface FetchedPartition {
    readonly rawMessages: readonly unknown[];
  }
  /** A consumer's membership in its group. */
  export default class ConsumerGroup {
    readonly assigners: readonly ReturnType<PartitionAssigner>[];
    /** Both change with each join. */
    readonly memberId: string | null;
    readonly generationId: number | null;
    joinAndSync(): Promise<void>;
    fetch(nodeId: string): Promise<readonly FetchedPartition[]>;
    paused(): TopicPartitions[];
    /** Commits with the generation of this moment; tries once. */
    commitOffsets(offsets: OffsetsByTopicPartition): Promise<void>;
  }
}
declare module 'kafkajs/src/protocol/requests/fetch/v11/response.js' {
  const response: { decode(raw: Buffer): Promise<unknown> };
  export default response;
}
declare module 'kafkajs/src/protocol/recordBatch/v0/decoder.js' {
  import type { IHeaders } from 'kafkajs';
  import type Decoder from 'kafkajs/src/protocol/decoder.js';
  interface DecodedRecord {
    offset: string;
    timestamp: string;
    key: Buffer | null;
    value: Buffer | null;
    headers: IHeaders;
  }
  export default function decodeBatch(decoder: Decoder): Promise<{ records: DecodedRecord[] }>;
}
declare module 'kafkajs/src/network/requestQueue/index.js' {
  /** The requests of one connection, those that were sent and those that wait for others or for the broker's throttling. */
  export default class RequestQueue {
    readonly pending: readonly unknown[];
    readonly inflight: ReadonlyMap<number, { sentAt: number; requestTimeout: number; timeoutRequest(): void }>;
    readonly isConnected: () => boolean;
    requestTimeoutIntervalId: NodeJS.Timeout;
    /** Begins to look, again and again, for requests that have timed out. */
    scheduleRequestTimeoutCheck(): void;
    /** Ends all looking. */
    destroy(): void;
    /** Looks for pending requests when the throttling ends, or in 10 ms. */
    scheduleCheckPendingRequests(): void;
  }
}
declare module 'kafkajs/src/cluster/index.js' {
  interface Transactional {
    transactionalId: string;
    producerId: string;
    producerEpoch: number;
  }
  /** Offsets that are committed with a transaction. */
  export interface TransactionalOffsets {
    transactionalId: string;
    groupId: string;
    producerId: string;
    producerEpoch: number;
    topics: readonly { topic: string; partitions: readonly { partition: number; offset: string }[] }[];
  }
  export interface Broker {
    readonly connectionPool: { send(request: object): Promise<unknown> };
    /** From the partitions' leader; read committed unless it says otherwise. Partitions without anything new are not answered. */
    fetch(request: {
      maxWaitTime: number;
      minBytes: number;
      maxBytes: number;
      topics: readonly { topic: string; partitions: readonly object[] }[];
    }): Promise<{
      responses: readonly { partitions: readonly { partition: number; messages: readonly unknown[] }[] }[];
    }>;
    /** With the generation -1 and no member, for a group without members. */
    offsetCommit(request: {
      groupId: string;
      groupGenerationId: number;
      memberId: string;
      topics: readonly { topic: string; partitions: readonly { partition: number; offset: string }[] }[];
    }): Promise<unknown>;
    isConnected(): boolean;
    initProducerId(request: {
      transactionalId: string;
      transactionTimeout: number;
    }): Promise<{ producerId: string; producerEpoch: number }>;
    addPartitionsToTxn(
      request: Transactional & { topics: readonly { topic: string; partitions: readonly number[] }[] },
    ): Promise<unknown>;
    addOffsetsToTxn(request: Transactional & { groupId: string }): Promise<unknown>;
    txnOffsetCommit(request: TransactionalOffsets): Promise<unknown>;
    endTxn(request: Transactional & { transactionResult: boolean }): Promise<unknown>;
    produce(request: Transactional & { acks: number; topicData: readonly object[] }): Promise<unknown>;
  }
  /** The brokers, with their connections and what is known of topics. */
  export interface Cluster {
    /** The versions of each request that the brokers speak, by its number; known once the cluster is connected. */
    readonly brokerPool: {
      readonly versions: Readonly<Record<number, { readonly maxVersion: number } | undefined>> | null;
    };
    connect(): Promise<void>;
    disconnect(): Promise<void>;
    /** Has the cluster know of a topic. */
    addTargetTopic(topic: string): Promise<void>;
    addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
    refreshMetadata(): Promise<void>;
    findTopicPartitionMetadata(topic: string): { partitionId: number; leader: number }[];
    /** The partitions that are known, by the number of their leader's broker. */
    findLeaderForPartitions(topic: string, partitions: readonly number[]): Readonly<Record<string, number[]>>;
    findControllerBroker(): Promise<Broker>;
    fetchTopicsOffset(
      topics: readonly {
        topic: string;
        partitions: readonly { partition: number }[];
        fromBeginning?: boolean;
        /** In milliseconds: asks for the first record of that time or later. */
        fromTimestamp?: number;
      }[],
    ): Promise<{ topic: string; partitions: { partition: number; offset: string }[] }[]>;
    findGroupCoordinator(request: { groupId: string; coordinatorType: number }): Promise<Broker>;
    findBroker(request: { nodeId: string }): Promise<Broker>;
  }
}
