import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';
import type { KafkaConfig } from '../../kafka-settings.ts';

/** As kafkajs's own connections have it. */
const keepAliveMs = 60_000;

type TlsFiles = Pick<KafkaConfig, 'KAFKA_TLS_CA_FILE' | 'KAFKA_TLS_CERT_FILE' | 'KAFKA_TLS_KEY_FILE'>;

/**
 * Makes kafkajs's connections over TLS. Each takes the certificates that the files hold at that moment, so a renewed certificate needs no
 * restart: brokers check it when a connection begins, and never again.
 */
export function tlsSockets(files: TlsFiles): ISocketFactory {
  const { KAFKA_TLS_CA_FILE: ca, KAFKA_TLS_CERT_FILE: cert, KAFKA_TLS_KEY_FILE: key } = files;
  return ({ host, port, onConnect }) => {
    const socket = connect(
      {
        ...{ host, port },
        // An IP address must not be sent as a server name (RFC 6066).
        ...(isIP(host) === 0 && { servername: host }),
        ...(ca && { ca: [ca()] }),
        ...(cert && { cert: cert() }),
        ...(key && { key: key() }),
      },
      onConnect,
    );
    socket.setKeepAlive(true, keepAliveMs);
    return socket;
  };
}
