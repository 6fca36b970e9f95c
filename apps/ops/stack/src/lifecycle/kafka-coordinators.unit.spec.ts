import { expect, test } from 'vitest';
import { findCoordinatorErrorCode, findCoordinatorRequest } from './kafka-coordinators.ts';

test('a request is FindCoordinator version 1 for the key and its kind', () => {
  const request = findCoordinatorRequest('id', 'transaction');
  expect(request.readInt32BE(0)).toBe(request.length - 4);
  expect([request.readInt16BE(4), request.readInt16BE(6)]).toEqual([10, 1]);
  expect(request.subarray(-5)).toEqual(Buffer.from([0, 2, 0x69, 0x64, 1]));
});

// Length, correlation id, throttle time, error 15 (COORDINATOR_NOT_AVAILABLE), no message, node -1, no host, port -1.
const notAvailable = Buffer.from(
  '00000016' + '00000001' + '00000000' + '000f' + 'ffff' + 'ffffffff' + '0000' + 'ffffffff',
  'hex',
);

test('the error code is read from the response', () => {
  expect(findCoordinatorErrorCode(notAvailable)).toBe(15);
});

test('an incomplete response has no error code yet', () => {
  expect(findCoordinatorErrorCode(notAvailable.subarray(0, 3))).toBeUndefined();
  expect(findCoordinatorErrorCode(notAvailable.subarray(0, 14))).toBeUndefined();
});
