import {
  date,
  decimal,
  enumOf,
  localMillis,
  mapOf,
  maybe,
  micros,
  millis,
  timeMicros,
  timeMillis,
  uuid,
  type Words,
} from './schema-words.ts';

/** Events of web pages, devices, games, staff and machines, as public examples for stream processing describe them. By topic. */
export const operationsSchemas: Readonly<Record<string, Words>> = {
  clickstream: {
    ...{ ip: 'string', userid: 'int', remote_user: 'string', time: 'string', _time: 'long', request: 'string' },
    ...{ status: 'string', bytes: 'string', referrer: 'string', agent: 'string' },
  },
  'clickstream-codes': { code: 'int', definition: 'string' },
  'clickstream-users': {
    ...{ user_id: 'int', username: 'string', registered_at: 'long', first_name: 'string', last_name: 'string' },
    ...{ city: 'string', level: 'string' },
  },
  pageviews: { viewtime: 'long', userid: 'string', pageid: 'string' },
  users: { registertime: 'long', userid: 'string', regionid: 'string', gender: 'string' },
  'users-array-map': {
    ...{ registertime: 'long', userid: 'string', regionid: 'string', gender: 'string' },
    ...{ interests: ['string'], contactinfo: mapOf('string') },
  },
  'device-information': { device_ip: 'string', device_name: 'string', owner: 'string' },
  'fleet-mgmt-description': { vehicle_id: 'int', driver_name: 'string', license_plate: 'string' },
  'fleet-mgmt-location': { vehicle_id: 'int', location: { latitude: 'double', longitude: 'double' }, ts: millis },
  'fleet-mgmt-sensors': { vehicle_id: 'int', engine_temperature: 'int', average_rpm: 'int' },
  'gaming-games': { id: 'int', room_id: 'int', mode: 'string', started: localMillis },
  'gaming-players': { player_id: 'int', player_name: 'string', ip: 'string' },
  'gaming-player-activity': { player_id: 'int', game_room_id: 'int', points: 'int', coordinates: 'string' },
  'payroll-employee': {
    ...{ employee_id: 'int', first_name: 'string', last_name: 'string', age: 'int', ssn: 'string' },
    ...{ hourly_rate: 'int', gender: 'string', email: 'string' },
  },
  'payroll-employee-location': { employee_id: 'int', lab: 'string', department_id: 'int', arrival_date: date },
  'payroll-bonus': { employee_id: 'int', bonus: decimal(18, 4) },
  'siem-logs': {
    ...{ hostname: 'string', pid: 'int', app: 'string', level: enumOf('Level', 'DEBUG', 'INFO', 'WARN', 'ERROR') },
    ...{ message: 'string', logged: timeMillis, measured: timeMicros },
  },
  'syslog-logs': {
    ...{ ts: 'long', type: 'string', message: 'string', host: 'string', version: 'int', level: 'int' },
    ...{ tag: maybe('string'), extension: mapOf('string'), severity: 'int', app_name: maybe('string') },
    ...{ facility: 'int', remote_address: 'string', remote_port: 'int', id: uuid, received: micros },
  },
};
