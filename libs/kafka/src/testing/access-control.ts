// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="../kafkajs/untyped-modules.d.ts" />
import { pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import kafkajs from 'kafkajs';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import Encoder from 'kafkajs/src/protocol/encoder.js';
import { newCluster } from '../kafkajs/cluster.ts';
import { installRequestQueue } from '../kafkajs/patches/request-queue.ts';

/** A right, as a line of an access list: `WRITE topic tweets`. A name that ends in * is a prefix. */
export interface AccessRight {
  operation: 'READ' | 'WRITE' | 'DELETE';
  resource: 'topic' | 'group' | 'transactional-id';
  name: string;
}

const resourceTypes = {
  topic: kafkajs.AclResourceTypes.TOPIC,
  group: kafkajs.AclResourceTypes.GROUP,
  'transactional-id': kafkajs.AclResourceTypes.TRANSACTIONAL_ID,
} as const;

function ruleOf(user: string, { operation, resource, name }: AccessRight) {
  const isPrefix = name.endsWith('*');
  return {
    resourceType: resourceTypes[resource],
    resourceName: isPrefix ? name.slice(0, -1) : name,
    resourcePatternType: isPrefix ? kafkajs.ResourcePatternTypes.PREFIXED : kafkajs.ResourcePatternTypes.LITERAL,
    principal: `User:${user}`,
    host: '*',
    operation: kafkajs.AclOperationTypes[operation],
    permissionType: kafkajs.AclPermissionTypes.ALLOW,
  };
}

/** Users and their rights at a broker with an authorizer, by a connection that may do all. */
export interface AccessControl {
  /** Creates a user that logs in with SCRAM-SHA-512, or gives it another password. */
  createUser(user: string, password: string): Promise<void>;
  grant(user: string, rights: readonly AccessRight[]): Promise<void>;
  revoke(user: string, right: AccessRight): Promise<void>;
  close(): Promise<void>;
}

export async function accessControl(brokers: string): Promise<AccessControl> {
  installRequestQueue();
  const kafka = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  return {
    createUser: (user, password) => upsertScramUser(kafka, user, password),
    async grant(user, rights) {
      await admin.createAcls({ acl: rights.map((right) => ruleOf(user, right)) });
    },
    async revoke(user, right) {
      await admin.deleteAcls({ filters: [ruleOf(user, right)] });
    },
    close: () => admin.disconnect(),
  };
}

const scramSha512 = 2;
const iterations = 4096;

/** @see https://kafka.apache.org/protocol#The_Messages_AlterUserScramCredentials, version 0 */
async function upsertScramUser(kafka: kafkajs.Kafka, user: string, password: string): Promise<void> {
  const salt = randomBytes(24);
  const salted = await promisify(pbkdf2)(password, salt, iterations, 64, 'sha512');
  const [no, one] = [1, 2];
  const encode = async () =>
    // Tagged fields end the header, the credential and the request; arrays are as long as their number less one.
    new Encoder()
      .writeInt8(0)
      .writeUVarInt(no)
      .writeUVarInt(one)
      .writeUVarIntString(user)
      .writeInt8(scramSha512)
      .writeInt32(iterations)
      .writeUVarIntBytes(salt)
      .writeUVarIntBytes(salted)
      .writeInt8(0)
      .writeInt8(0);
  const decode = async (raw: Buffer) => {
    const decoder = new Decoder(raw);
    decoder.readTaggedFields();
    decoder.readInt32();
    decoder.readUVarInt();
    decoder.readUVarIntString();
    return { errorCode: decoder.readInt16(), message: decoder.readUVarIntString() };
  };
  const parse = async ({ errorCode, message }: Awaited<ReturnType<typeof decode>>) => {
    if (errorCode !== 0) throw new Error(`the broker does not create the user ${user}: ${message}`);
  };
  const cluster = newCluster(kafka);
  await cluster.connect();
  try {
    const broker = await cluster.findGroupCoordinator({ groupId: user, coordinatorType: 1 });
    await broker.connectionPool.send({
      request: { apiKey: 51, apiVersion: 0, apiName: 'AlterUserScramCredentials', encode },
      response: { decode, parse },
    });
  } finally {
    await cluster.disconnect();
  }
}
