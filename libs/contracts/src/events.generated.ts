// Generated from libs/contracts/avro/*.avsc by `npm run generate`: change those, not this.

import { eventContract, type EventContract } from './contract/event-contract.ts';

/** What one partition of one topic had in one minute of event time: how many events, and the sum of what was measured. Rows add up: a minute has one row per partition, and one more for each later look at the partition that found events of that minute. For totals add count, for averages divide the sum of sum by the sum of count. */
export interface EventRate {
  /** The beginning of the minute, by the time that the events have in Kafka. */
  minute: Date;
  /** What is counted. events: those of a topic. matches: the tweets that a keyword matched. cpu_percent: the measurements of a host's busy CPU. temp_celsius: the temperatures of a device. */
  measure: string;
  /** The topic, keyword, host or device. */
  subject: string;
  /** Number of events. */
  count: number;
  /** Sum of the measured values. Null where events are only counted. */
  sum: null | number;
  /** sum by count, of this row alone. Null like sum. */
  average: null | number;
  /** Topic of the events. */
  topic: string;
  /** Partition of the events. */
  partition: number;
  /** Offset of the first event that is counted in this row. No other row of this measure and subject counts it. */
  first_offset: number;
  /** Offset of the last event that is counted in this row. */
  last_offset: number;
}

/** What one host measured about itself at one second. A field that ends in _total is a counter since boot: take its rate. Every other measurement is a gauge: read it as it is. A group that is switched off, or that the host cannot measure, is null. */
export interface HostMetrics {
  /** Name of the host. */
  host: string;
  /** The second of the measurement, exactly. */
  time: Date;
  /** Time from one event of this host to the next, as configured. */
  interval_ms: number;
  /** CPU time, in total and per core. */
  cpu: null | CpuMetrics;
  /** Context switches, interrupts, forks, boot time. */
  kernel: null | KernelMetrics;
  /** Load averages. Null on Windows, which has none. */
  load: null | LoadMetrics;
  /** Main memory. */
  memory: null | MemoryMetrics;
  /** Swap space. */
  swap: null | SwapMetrics;
  /** Space of each file system on a disk of this host, once per device. Pseudo, network and memory file systems and images on loop devices are left out. */
  filesystems: null | readonly FilesystemMetrics[];
  /** Input and output of each whole disk. Partitions, loop devices and RAM disks are left out. */
  disks: null | readonly DiskMetrics[];
  /** Traffic of each network interface but loopback. */
  network: null | readonly NetworkMetrics[];
  /** Process counts. */
  processes: null | ProcessMetrics;
  /** What the machine is. */
  machine: null | MachineFacts;
}

/** CPU time of all logical cores together, and of each. Without guest and guest_nice, which are parts of others, the percentages sum to 100. */
export interface CpuMetrics {
  /** Seconds since boot that all cores together spent in user mode, guests included. */
  user_seconds_total: number;
  /** Seconds since boot that all cores together spent in user mode at low priority (nice). Null where the system does not tell. */
  nice_seconds_total: null | number;
  /** Seconds since boot that all cores together spent in the kernel. */
  system_seconds_total: number;
  /** Seconds since boot that all cores together had nothing to do. */
  idle_seconds_total: number;
  /** Seconds since boot that all cores together had nothing to do while a disk request was outstanding. Null where the system does not tell. */
  iowait_seconds_total: null | number;
  /** Seconds since boot that all cores together served hardware interrupts. Null where the system does not tell. */
  irq_seconds_total: null | number;
  /** Seconds since boot that all cores together served soft interrupts. Null where the system does not tell. */
  softirq_seconds_total: null | number;
  /** Seconds since boot that all cores together wanted to run but the hypervisor ran others. Null where the system does not tell. */
  steal_seconds_total: null | number;
  /** Seconds since boot that all cores together ran a virtual CPU of a guest, which is part of user. Null where the system does not tell. */
  guest_seconds_total: null | number;
  /** Seconds since boot that all cores together ran a virtual CPU of a guest at low priority, which is part of nice. Null where the system does not tell. */
  guest_nice_seconds_total: null | number;
  /** Percent of the time since the previous event that all cores together spent on anything but idle and iowait. Null in the first event after a start, and when a counter went backwards. */
  busy_percent: null | number;
  /** Percent of the time since the previous event that all cores together spent in user mode, guests included. Null like busy_percent. */
  user_percent: null | number;
  /** Percent of the time since the previous event that all cores together spent in user mode at low priority (nice). Null like busy_percent, and where the system does not tell. */
  nice_percent: null | number;
  /** Percent of the time since the previous event that all cores together spent in the kernel. Null like busy_percent. */
  system_percent: null | number;
  /** Percent of the time since the previous event that all cores together had nothing to do. Null like busy_percent. */
  idle_percent: null | number;
  /** Percent of the time since the previous event that all cores together had nothing to do while a disk request was outstanding. Null like busy_percent, and where the system does not tell. */
  iowait_percent: null | number;
  /** Percent of the time since the previous event that all cores together served hardware interrupts. Null like busy_percent, and where the system does not tell. */
  irq_percent: null | number;
  /** Percent of the time since the previous event that all cores together served soft interrupts. Null like busy_percent, and where the system does not tell. */
  softirq_percent: null | number;
  /** Percent of the time since the previous event that all cores together wanted to run but the hypervisor ran others. Null like busy_percent, and where the system does not tell. */
  steal_percent: null | number;
  /** Percent of the time since the previous event that all cores together ran a virtual CPU of a guest, which is part of user. Null like busy_percent, and where the system does not tell. */
  guest_percent: null | number;
  /** Percent of the time since the previous event that all cores together ran a virtual CPU of a guest at low priority, which is part of nice. Null like busy_percent, and where the system does not tell. */
  guest_nice_percent: null | number;
  /** Each logical core that is online. */
  cores: readonly CoreMetrics[];
}

/** One logical core. */
export interface CoreMetrics {
  /** Number of the logical core, as the system counts them from 0. */
  core: number;
  /** Seconds since boot that the core spent in user mode, guests included. */
  user_seconds_total: number;
  /** Seconds since boot that the core spent in user mode at low priority (nice). Null where the system does not tell. */
  nice_seconds_total: null | number;
  /** Seconds since boot that the core spent in the kernel. */
  system_seconds_total: number;
  /** Seconds since boot that the core had nothing to do. */
  idle_seconds_total: number;
  /** Seconds since boot that the core had nothing to do while a disk request was outstanding. Null where the system does not tell. */
  iowait_seconds_total: null | number;
  /** Seconds since boot that the core served hardware interrupts. Null where the system does not tell. */
  irq_seconds_total: null | number;
  /** Seconds since boot that the core served soft interrupts. Null where the system does not tell. */
  softirq_seconds_total: null | number;
  /** Seconds since boot that the core wanted to run but the hypervisor ran others. Null where the system does not tell. */
  steal_seconds_total: null | number;
  /** Seconds since boot that the core ran a virtual CPU of a guest, which is part of user. Null where the system does not tell. */
  guest_seconds_total: null | number;
  /** Seconds since boot that the core ran a virtual CPU of a guest at low priority, which is part of nice. Null where the system does not tell. */
  guest_nice_seconds_total: null | number;
  /** Percent of the time since the previous event that the core spent on anything but idle and iowait. Null in the first event after a start, and when a counter went backwards. */
  busy_percent: null | number;
  /** Percent of the time since the previous event that the core spent in user mode, guests included. Null like busy_percent. */
  user_percent: null | number;
  /** Percent of the time since the previous event that the core spent in user mode at low priority (nice). Null like busy_percent, and where the system does not tell. */
  nice_percent: null | number;
  /** Percent of the time since the previous event that the core spent in the kernel. Null like busy_percent. */
  system_percent: null | number;
  /** Percent of the time since the previous event that the core had nothing to do. Null like busy_percent. */
  idle_percent: null | number;
  /** Percent of the time since the previous event that the core had nothing to do while a disk request was outstanding. Null like busy_percent, and where the system does not tell. */
  iowait_percent: null | number;
  /** Percent of the time since the previous event that the core served hardware interrupts. Null like busy_percent, and where the system does not tell. */
  irq_percent: null | number;
  /** Percent of the time since the previous event that the core served soft interrupts. Null like busy_percent, and where the system does not tell. */
  softirq_percent: null | number;
  /** Percent of the time since the previous event that the core wanted to run but the hypervisor ran others. Null like busy_percent, and where the system does not tell. */
  steal_percent: null | number;
  /** Percent of the time since the previous event that the core ran a virtual CPU of a guest, which is part of user. Null like busy_percent, and where the system does not tell. */
  guest_percent: null | number;
  /** Percent of the time since the previous event that the core ran a virtual CPU of a guest at low priority, which is part of nice. Null like busy_percent, and where the system does not tell. */
  guest_nice_percent: null | number;
}

/** What the kernel counts since boot. */
export interface KernelMetrics {
  /** Context switches since boot, all cores. Null where the system does not tell. */
  context_switches_total: null | number;
  /** Hardware interrupts served since boot. Null where the system does not tell. */
  interrupts_total: null | number;
  /** Soft interrupts served since boot. Null where the system does not tell. */
  soft_interrupts_total: null | number;
  /** System calls since boot. Null where the system does not count them: Linux does not. */
  system_calls_total: null | number;
  /** Processes and threads created since boot. Null where the system does not tell. */
  forks_total: null | number;
  /** When the system booted, to the second. May move by a second when the clock is adjusted. Null where the system does not tell. */
  boot_time: null | Date;
}

/** Load averages: tasks that run, wait for a core, or sleep uninterruptibly, as an exponentially damped mean. */
export interface LoadMetrics {
  /** Load average over 1 minute. */
  average_1m_tasks: number;
  /** Load average over 5 minutes. */
  average_5m_tasks: number;
  /** Load average over 15 minutes. */
  average_15m_tasks: number;
}

/** Main memory. */
export interface MemoryMetrics {
  /** Memory the system can use. */
  total_bytes: number;
  /** Memory that holds nothing at all. */
  free_bytes: number;
  /** Memory that new work can have without swapping: free, and caches that can be dropped. */
  available_bytes: number;
  /** Memory that is not available: total less available. */
  used_bytes: number;
  /** used_bytes as percent of total_bytes. */
  used_percent: number;
  /** Cache of raw disk blocks. Null where the system does not tell. */
  buffers_bytes: null | number;
  /** Cache of files, shared memory and tmpfs included. Null where the system does not tell. */
  cached_bytes: null | number;
  /** Shared memory and tmpfs. Null where the system does not tell. */
  shared_bytes: null | number;
  /** Kernel structures that can be dropped. Null where the system does not tell. */
  slab_reclaimable_bytes: null | number;
  /** Kernel structures that cannot be dropped. Null where the system does not tell. */
  slab_unreclaimable_bytes: null | number;
  /** Changed pages that wait to be written to disk. Null where the system does not tell. */
  dirty_bytes: null | number;
  /** Pages that are being written to disk now. Null where the system does not tell. */
  writeback_bytes: null | number;
  /** Memory promised to processes, used or not. Null where the system does not tell. */
  committed_bytes: null | number;
  /** Page faults since boot, minor and major. Null where the system does not tell. */
  page_faults_total: null | number;
  /** Page faults since boot that had to read from disk. Null where the system does not tell. */
  major_page_faults_total: null | number;
  /** Processes killed since boot because memory ran out. Null where the system does not tell. */
  oom_kills_total: null | number;
}

/** Swap space. */
export interface SwapMetrics {
  /** Swap space there is; 0 without swap. */
  total_bytes: number;
  /** Swap space that is not in use. */
  free_bytes: number;
  /** Swap space in use. */
  used_bytes: number;
  /** used_bytes as percent of total_bytes. Null without swap. */
  used_percent: null | number;
  /** Pages read back from swap since boot. Null where the system does not tell. */
  swapped_in_pages_total: null | number;
  /** Pages written to swap since boot. Null where the system does not tell. */
  swapped_out_pages_total: null | number;
}

/** Space of one mounted file system. */
export interface FilesystemMetrics {
  /** Where it is mounted. */
  mount_point: string;
  /** What is mounted: a device, a ZFS dataset, a drive. */
  device: string;
  /** Type of file system, such as ext4. */
  type: string;
  /** Whether it is mounted read-only. Null where the system does not tell. */
  read_only: null | boolean;
  /** Size. */
  total_bytes: number;
  /** Space nobody uses, the share reserved for root included. */
  free_bytes: number;
  /** Space that ordinary users can still write. */
  available_bytes: number;
  /** Space in use. */
  used_bytes: number;
  /** used_bytes as percent of what is used or available, as df shows it. Null for a file system without size. */
  used_percent: null | number;
  /** Files it can hold. Null where it has no fixed number. */
  total_inodes: null | number;
  /** Files that can still be created. Null where it has no fixed number. */
  free_inodes: null | number;
}

/** Input and output of one whole disk. A stacked device (LVM, RAID) appears beside the disks below it: do not add the two. */
export interface DiskMetrics {
  /** Name of the device, such as sda; "all" where the system gives only the sum. */
  device: string;
  /** Reads completed since boot. */
  reads_total: number;
  /** Bytes read since boot. Null where the system does not tell. */
  read_bytes_total: null | number;
  /** Seconds all reads took together since boot. Null where the system does not tell. */
  read_seconds_total: null | number;
  /** Writes completed since boot. */
  writes_total: number;
  /** Bytes written since boot. Null where the system does not tell. */
  written_bytes_total: null | number;
  /** Seconds all writes took together since boot. Null where the system does not tell. */
  write_seconds_total: null | number;
  /** Requests the disk is working on now. Null where the system does not tell. */
  in_progress_count: null | number;
  /** Seconds during which the disk had anything to do, since boot. Null where the system does not tell. */
  io_seconds_total: null | number;
  /** Seconds all requests waited or worked together, since boot. Null where the system does not tell. */
  weighted_io_seconds_total: null | number;
}

/** Traffic of one network interface; the loopback interface is left out. */
export interface NetworkMetrics {
  /** Name of the interface, such as eth0. */
  interface: string;
  /** Bytes received since the interface came up. */
  received_bytes_total: number;
  /** Packets received since the interface came up. Null where the system does not tell. */
  received_packets_total: null | number;
  /** Packets received broken since the interface came up. */
  receive_errors_total: number;
  /** Packets received but dropped since the interface came up. */
  receive_drops_total: number;
  /** Bytes sent since the interface came up. */
  sent_bytes_total: number;
  /** Packets sent since the interface came up. Null where the system does not tell. */
  sent_packets_total: null | number;
  /** Packets that failed to be sent since the interface came up. */
  send_errors_total: number;
  /** Packets dropped instead of sent since the interface came up. */
  send_drops_total: number;
}

/** How many processes there are, and in which state. */
export interface ProcessMetrics {
  /** Processes the source can see; inside a container, those of the container. */
  process_count: number;
  /** Threads of the whole system. Null where the system does not tell. */
  thread_count: null | number;
  /** Tasks that run or wait for a core. Null where the system does not tell. */
  running_count: null | number;
  /** Tasks that wait for a disk. Null where the system does not tell. */
  blocked_count: null | number;
}

/** What the machine is. Read once at start. */
export interface MachineFacts {
  /** Operating system and its version, such as Debian GNU/Linux 13. */
  os: string;
  /** Version of the kernel. */
  kernel: string;
  /** Architecture of the CPU, such as x64. */
  architecture: string;
  /** Maker and model of the CPU. */
  cpu_model: string;
  /** Logical cores at start. */
  logical_core_count: number;
}

/** One reading of a device, as numbers and times. The processor iot-enrich makes it of an IotReading whose fields can all be read; see there for the rules. */
export interface IotEvent {
  /** The device's id of this reading. */
  uuid: string;
  /** When the device measured, by the device's clock. */
  device_ts: Date;
  /** The device. */
  device_id: string;
  /** The temperature in whole degrees Celsius: what comes after the point is cut off. */
  device_temp: number;
  /** The track that the device was on. */
  track_id: number;
  /** What the device was doing. */
  activity_type: number;
  /** The temperature in degrees Celsius, as exactly as the device sent it. */
  temp_celsius: number;
  /** The temperature in degrees Fahrenheit: Celsius x 1.8 + 32. */
  temp_fahrenheit: number;
  /** When the reading arrived here, by this side's clock. */
  received: Date;
}

/** One reading of a device, as the device sent it: every value is the device's own text, right or wrong. The processor iot-enrich makes numbers and times of them. A device that sends a reading again sends the same uuid: two records, one event. */
export interface IotReading {
  /** The device's id of this reading. */
  uuid: string;
  /** When the device measured, by the device's clock, in the device's form: milliseconds or seconds since 1970, or ISO 8601. Empty where the device sent none. */
  device_ts: string;
  /** The device. */
  device_id: string;
  /** The temperature that it measured, in degrees Celsius. Empty where the device sent none. */
  device_temp: string;
  /** Number of the track that the device is on. Empty where the device sent none. */
  track_id: string;
  /** Number of what the device was doing. Empty where the device sent none. */
  activity_type: string;
  /** When the reading arrived here, by this side's clock. A device's own clock may be wrong, so this is the event time. */
  received: Date;
}

/** An object that exists in Cloud Storage: it holds every record of one partition from its first offset to its last, once, and never changes. */
export interface StoredObject {
  /** The bucket that holds it. */
  bucket: string;
  /** Its name in the bucket. */
  name: string;
  /** Topic of the records. */
  topic: string;
  /** Partition of the records. */
  partition: number;
  /** Offset of its first record. */
  first_offset: number;
  /** Offset of its last record. Offsets in between may be missing where Kafka has no record for them, or a record that nobody can read. */
  last_offset: number;
  /** Number of its records. */
  records: number;
  /** Its size. */
  bytes: number;
  /** CRC-32C of its bytes, big-endian, in base64: as Cloud Storage states it. */
  crc32c: string;
  /** Gzip JSON lines, or an Avro container file. */
  format: ObjectFormat;
  /** The registry's id of the schema that its rows have, beside _kafka: the contract's for JSON lines, the producer's for Avro. */
  schema_id: number;
  /** The registry's ids of all schemas that its records were written with: of producers with different versions of the contract. */
  schema_ids: readonly number[];
  /** When it was written. */
  created: Date;
  /** Consumer group of the sink that wrote it: each group has its own objects of every record. */
  group: string;
}

export type ObjectFormat = "JSON" | "AVRO";

/** A time for which the stream of tweets was not read, and what could be had afterwards: the ledger of what may be missing. */
export interface TweetGap {
  /** The source and the moment it begins, in milliseconds. */
  id: string;
  /** The source, and its instance where it has one. */
  source: string;
  /** The last moment up to which the stream was surely read. */
  from: Date;
  /** The moment from which it was read again. */
  to: Date;
  /** From one to the other. */
  duration_ms: number;
  /** The connection ended or could not be made; it fell silent; a line could not be read; the source was not running; the month's budget of posts was used up. */
  reason: TweetGapReason;
  /** What the connection last said, in one sentence. */
  detail: null | string;
  /** How often it was tried to connect until it succeeded. */
  attempts: number;
  /** How the missed tweets were asked for. */
  recovered_by: TweetRecovery;
  /** Tweets that were had this way. */
  recovered_count: number;
  /** Whether everything was asked for that X still gives. False: tweets are missing, see problem. */
  complete: boolean;
  /** Why it is not complete, in one sentence. */
  problem: null | string;
  /** When the recovery ended. */
  closed_at: Date;
}

export type TweetGapReason = "DISCONNECTED" | "SILENCE" | "MALFORMED" | "RESTART" | "BUDGET";

export type TweetRecovery = "BACKFILL" | "SEARCH" | "NONE";

/** A post on X, as it was when it was delivered. An edit makes a new post with an id of its own: each version is an event, and all versions share first_version_id. Posts of API v1.1 (full_tweet) have the same form. */
export interface Tweet {
  /** Id of this version of the post. */
  id: string;
  /** When this version was posted. */
  created_at: Date;
  /** The whole text: of a long post all of it, and of a repost the text that is reposted, behind "RT @name: ". In Unicode form NFC. */
  text: string;
  /** Language of the text as X detects it, such as ko. und where X cannot tell. */
  language: null | string;
  /** Who posted it. Null where an archive does not say. */
  author: null | TweetAuthor;
  /** The configured keywords that the post matched. Where X matched it for something that is not in the text, such as the title of a link, all keywords of the rule that did. */
  matched_keywords: readonly string[];
  /** Id of the first version: the same for all versions of an edited post, and the own id of any other. */
  first_version_id: string;
  /** Ids of all versions up to this one, oldest first; only the own id where the post was not edited. */
  version_ids: readonly string[];
  /** Id of the post that began the conversation. */
  conversation_id: null | string;
  /** Id of the post that this one replies to. */
  replied_to_id: null | string;
  /** Id of the account that this post replies to. */
  replied_to_user_id: null | string;
  /** Id of the post that this one quotes. */
  quoted_id: null | string;
  /** Id of the post that this one reposts (retweets). */
  reposted_id: null | string;
  /** What others did with the post. Null where it was not delivered. */
  metrics: null | TweetMetrics;
  /** Hashtags without #, as written. */
  hashtags: readonly string[];
  /** Cashtags without $, as written. */
  cashtags: readonly string[];
  /** Accounts that are named in the text. */
  mentions: readonly TweetMention[];
  /** Links in the text. */
  links: readonly TweetLink[];
  /** What X thinks the post is about: names of people, places, brands and entities, each once. */
  topics: readonly string[];
  /** Pictures and videos. */
  media: readonly TweetMedia[];
  /** The place that the author tagged. */
  place: null | TweetPlace;
  /** Exact position, where the author gave it. */
  longitude: null | number;
  /** Exact position, where the author gave it. */
  latitude: null | number;
  /** Whether a link in it may lead to sensitive content. */
  possibly_sensitive: null | boolean;
  /** Who may reply, such as everyone or mentionedUsers. */
  reply_settings: null | string;
  /** The program that it was posted with. */
  source: null | string;
  /** Where the post is not shown. Null for nearly all. */
  withheld: null | TweetWithheld;
  /** Whether x-simulator made it up. */
  synthetic: boolean;
  /** How it came: as it was posted; after a gap, by the stream or by a search; or from a file. */
  delivered_by: TweetDelivery;
  /** Everything that was delivered, as JSON: an object with data, includes and matching_rules (v2), or the post itself (v1.1). */
  original: string;
}

/** Who posted it. All but the id is null where it was not delivered. */
export interface TweetAuthor {
  /** Id of the account. */
  id: string;
  /** Name after the @. */
  username: null | string;
  /** Name as shown. */
  name: null | string;
  /** What the account says about itself. */
  description: null | string;
  /** Where the account says it is: free text. */
  location: null | string;
  /** Whether X shows the account as verified. */
  verified: null | boolean;
  /** Whether only followers see its posts. */
  protected: null | boolean;
  /** When the account was made. */
  created_at: null | Date;
  /** Accounts that follow it. */
  followers_count: null | number;
  /** Accounts that it follows. */
  following_count: null | number;
  /** Posts it has made. */
  tweet_count: null | number;
  /** Lists that it is on. */
  listed_count: null | number;
}

/** What others did with the post until it was delivered: soon after posting that is little. */
export interface TweetMetrics {
  /** Reposts. */
  repost_count: null | number;
  /** Replies. */
  reply_count: null | number;
  /** Likes. */
  like_count: null | number;
  /** Quotes. */
  quote_count: null | number;
  /** Bookmarks. */
  bookmark_count: null | number;
  /** Times it was shown. */
  impression_count: null | number;
}

/** An account that is named in the text. */
export interface TweetMention {
  /** Name after the @. */
  username: string;
  /** Id of the account. */
  user_id: null | string;
}

/** A link in the text. */
export interface TweetLink {
  /** The link, unshortened as far as X tells. */
  url: string;
  /** Title of the page. */
  title: null | string;
  /** Description of the page. */
  description: null | string;
}

/** A picture or video of the post. */
export interface TweetMedia {
  /** X's key of it. */
  key: string;
  /** photo, video or animated_gif. */
  type: string;
  /** Where it is; of a video its preview picture. */
  url: null | string;
  /** Its description for those who cannot see it. */
  alt_text: null | string;
  /** Its width. */
  width_pixels: null | number;
  /** Its height. */
  height_pixels: null | number;
  /** Length of a video. */
  duration_ms: null | number;
}

/** The place that the author tagged. */
export interface TweetPlace {
  /** X's id of it. */
  id: string;
  /** Its name in full, such as "Mapo-gu, Republic of Korea". */
  full_name: null | string;
  /** country, admin, city, neighborhood or poi. */
  type: null | string;
  /** Name of the country. */
  country: null | string;
  /** ISO 3166-1 code of the country. */
  country_code: null | string;
}

/** Where the post is not shown, and why. */
export interface TweetWithheld {
  /** Whether for a claim of copyright. */
  copyright: boolean;
  /** Countries where it is withheld; XX is all, XY is all for copyright. */
  country_codes: readonly string[];
}

export type TweetDelivery = "STREAM" | "BACKFILL" | "SEARCH" | "REPLAY";

/** One look of a user at a board of the 15-second-video player, as a line of the player's log. */
export interface VideoEvent {
  /** The log file's identity and the byte at which the line begins in it, decompressed: <inode>-<fingerprint of the first line>-<offset>. */
  event_id: string;
  /** The board that was shown. */
  board_id: string;
  /** Seconds of the video that were played, 0 to 15. */
  playtime: number;
  /** When it was played, as the player says. */
  timestamp: Date;
  /** Who looked. */
  user_id: string;
  /** The field of interest that the board belongs to. */
  interest: string;
}

/** What one partition of one topic had in one minute of event time: how many events, and the sum of what was measured. Rows add up: a minute has one row per partition, and one more for each later look at the partition that found events of that minute. For totals add count, for averages divide the sum of sum by the sum of count. */
export const eventRate: EventContract<EventRate> = eventContract({"type":"record","name":"EventRate","namespace":"sluice","doc":"What one partition of one topic had in one minute of event time: how many events, and the sum of what was measured. Rows add up: a minute has one row per partition, and one more for each later look at the partition that found events of that minute. For totals add count, for averages divide the sum of sum by the sum of count.","sluice":{"topic":"event-rates","key":["measure","subject"],"id":["topic","partition","first_offset","measure","subject"],"time":"minute","rotation":"day"},"fields":[{"name":"minute","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"The beginning of the minute, by the time that the events have in Kafka."},{"name":"measure","type":"string","doc":"What is counted. events: those of a topic. matches: the tweets that a keyword matched. cpu_percent: the measurements of a host's busy CPU. temp_celsius: the temperatures of a device."},{"name":"subject","type":"string","doc":"The topic, keyword, host or device."},{"name":"count","type":"long","doc":"Number of events.","sluice":{"kind":"gauge"}},{"name":"sum","type":["null","double"],"default":null,"doc":"Sum of the measured values. Null where events are only counted.","sluice":{"kind":"gauge"}},{"name":"average","type":["null","double"],"default":null,"doc":"sum by count, of this row alone. Null like sum.","sluice":{"kind":"gauge"}},{"name":"topic","type":"string","doc":"Topic of the events."},{"name":"partition","type":"int","doc":"Partition of the events."},{"name":"first_offset","type":"long","doc":"Offset of the first event that is counted in this row. No other row of this measure and subject counts it."},{"name":"last_offset","type":"long","doc":"Offset of the last event that is counted in this row."}]});

/** What one host measured about itself at one second. A field that ends in _total is a counter since boot: take its rate. Every other measurement is a gauge: read it as it is. A group that is switched off, or that the host cannot measure, is null. */
export const hostMetrics: EventContract<HostMetrics> = eventContract({"type":"record","name":"HostMetrics","namespace":"sluice","doc":"What one host measured about itself at one second. A field that ends in _total is a counter since boot: take its rate. Every other measurement is a gauge: read it as it is. A group that is switched off, or that the host cannot measure, is null.","sluice":{"topic":"host-metrics","key":["host"],"id":["host",{"field":"time","unit":"second"}],"time":"time","rotation":"day","timeZone":"UTC"},"fields":[{"name":"host","type":"string","doc":"Name of the host."},{"name":"time","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"The second of the measurement, exactly."},{"name":"interval_ms","type":"int","doc":"Time from one event of this host to the next, as configured."},{"name":"cpu","type":["null",{"type":"record","name":"CpuMetrics","doc":"CPU time of all logical cores together, and of each. Without guest and guest_nice, which are parts of others, the percentages sum to 100.","fields":[{"name":"user_seconds_total","type":"double","doc":"Seconds since boot that all cores together spent in user mode, guests included.","sluice":{"kind":"counter"}},{"name":"nice_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that all cores together spent in user mode at low priority (nice). Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"system_seconds_total","type":"double","doc":"Seconds since boot that all cores together spent in the kernel.","sluice":{"kind":"counter"}},{"name":"idle_seconds_total","type":"double","doc":"Seconds since boot that all cores together had nothing to do.","sluice":{"kind":"counter"}},{"name":"iowait_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that all cores together had nothing to do while a disk request was outstanding. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"irq_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that all cores together served hardware interrupts. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"softirq_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that all cores together served soft interrupts. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"steal_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that all cores together wanted to run but the hypervisor ran others. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"guest_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that all cores together ran a virtual CPU of a guest, which is part of user. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"guest_nice_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that all cores together ran a virtual CPU of a guest at low priority, which is part of nice. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"busy_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that all cores together spent on anything but idle and iowait. Null in the first event after a start, and when a counter went backwards.","sluice":{"kind":"gauge"}},{"name":"user_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that all cores together spent in user mode, guests included. Null like busy_percent.","sluice":{"kind":"gauge"}},{"name":"nice_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that all cores together spent in user mode at low priority (nice). Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"system_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that all cores together spent in the kernel. Null like busy_percent.","sluice":{"kind":"gauge"}},{"name":"idle_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that all cores together had nothing to do. Null like busy_percent.","sluice":{"kind":"gauge"}},{"name":"iowait_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that all cores together had nothing to do while a disk request was outstanding. Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"irq_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that all cores together served hardware interrupts. Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"softirq_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that all cores together served soft interrupts. Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"steal_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that all cores together wanted to run but the hypervisor ran others. Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"guest_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that all cores together ran a virtual CPU of a guest, which is part of user. Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"guest_nice_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that all cores together ran a virtual CPU of a guest at low priority, which is part of nice. Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"cores","type":{"type":"array","items":{"type":"record","name":"CoreMetrics","doc":"One logical core.","fields":[{"name":"core","type":"int","doc":"Number of the logical core, as the system counts them from 0."},{"name":"user_seconds_total","type":"double","doc":"Seconds since boot that the core spent in user mode, guests included.","sluice":{"kind":"counter"}},{"name":"nice_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that the core spent in user mode at low priority (nice). Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"system_seconds_total","type":"double","doc":"Seconds since boot that the core spent in the kernel.","sluice":{"kind":"counter"}},{"name":"idle_seconds_total","type":"double","doc":"Seconds since boot that the core had nothing to do.","sluice":{"kind":"counter"}},{"name":"iowait_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that the core had nothing to do while a disk request was outstanding. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"irq_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that the core served hardware interrupts. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"softirq_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that the core served soft interrupts. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"steal_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that the core wanted to run but the hypervisor ran others. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"guest_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that the core ran a virtual CPU of a guest, which is part of user. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"guest_nice_seconds_total","type":["null","double"],"default":null,"doc":"Seconds since boot that the core ran a virtual CPU of a guest at low priority, which is part of nice. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"busy_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that the core spent on anything but idle and iowait. Null in the first event after a start, and when a counter went backwards.","sluice":{"kind":"gauge"}},{"name":"user_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that the core spent in user mode, guests included. Null like busy_percent.","sluice":{"kind":"gauge"}},{"name":"nice_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that the core spent in user mode at low priority (nice). Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"system_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that the core spent in the kernel. Null like busy_percent.","sluice":{"kind":"gauge"}},{"name":"idle_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that the core had nothing to do. Null like busy_percent.","sluice":{"kind":"gauge"}},{"name":"iowait_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that the core had nothing to do while a disk request was outstanding. Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"irq_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that the core served hardware interrupts. Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"softirq_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that the core served soft interrupts. Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"steal_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that the core wanted to run but the hypervisor ran others. Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"guest_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that the core ran a virtual CPU of a guest, which is part of user. Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"guest_nice_percent","type":["null","double"],"default":null,"doc":"Percent of the time since the previous event that the core ran a virtual CPU of a guest at low priority, which is part of nice. Null like busy_percent, and where the system does not tell.","sluice":{"kind":"gauge"}}]}},"doc":"Each logical core that is online.","sluice":{"nested":true}}]}],"default":null,"doc":"CPU time, in total and per core."},{"name":"kernel","type":["null",{"type":"record","name":"KernelMetrics","doc":"What the kernel counts since boot.","fields":[{"name":"context_switches_total","type":["null","long"],"default":null,"doc":"Context switches since boot, all cores. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"interrupts_total","type":["null","long"],"default":null,"doc":"Hardware interrupts served since boot. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"soft_interrupts_total","type":["null","long"],"default":null,"doc":"Soft interrupts served since boot. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"system_calls_total","type":["null","long"],"default":null,"doc":"System calls since boot. Null where the system does not count them: Linux does not.","sluice":{"kind":"counter"}},{"name":"forks_total","type":["null","long"],"default":null,"doc":"Processes and threads created since boot. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"boot_time","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null,"doc":"When the system booted, to the second. May move by a second when the clock is adjusted. Null where the system does not tell."}]}],"default":null,"doc":"Context switches, interrupts, forks, boot time."},{"name":"load","type":["null",{"type":"record","name":"LoadMetrics","doc":"Load averages: tasks that run, wait for a core, or sleep uninterruptibly, as an exponentially damped mean.","fields":[{"name":"average_1m_tasks","type":"double","doc":"Load average over 1 minute.","sluice":{"kind":"gauge"}},{"name":"average_5m_tasks","type":"double","doc":"Load average over 5 minutes.","sluice":{"kind":"gauge"}},{"name":"average_15m_tasks","type":"double","doc":"Load average over 15 minutes.","sluice":{"kind":"gauge"}}]}],"default":null,"doc":"Load averages. Null on Windows, which has none."},{"name":"memory","type":["null",{"type":"record","name":"MemoryMetrics","doc":"Main memory.","fields":[{"name":"total_bytes","type":"long","doc":"Memory the system can use.","sluice":{"kind":"gauge"}},{"name":"free_bytes","type":"long","doc":"Memory that holds nothing at all.","sluice":{"kind":"gauge"}},{"name":"available_bytes","type":"long","doc":"Memory that new work can have without swapping: free, and caches that can be dropped.","sluice":{"kind":"gauge"}},{"name":"used_bytes","type":"long","doc":"Memory that is not available: total less available.","sluice":{"kind":"gauge"}},{"name":"used_percent","type":"double","doc":"used_bytes as percent of total_bytes.","sluice":{"kind":"gauge"}},{"name":"buffers_bytes","type":["null","long"],"default":null,"doc":"Cache of raw disk blocks. Null where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"cached_bytes","type":["null","long"],"default":null,"doc":"Cache of files, shared memory and tmpfs included. Null where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"shared_bytes","type":["null","long"],"default":null,"doc":"Shared memory and tmpfs. Null where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"slab_reclaimable_bytes","type":["null","long"],"default":null,"doc":"Kernel structures that can be dropped. Null where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"slab_unreclaimable_bytes","type":["null","long"],"default":null,"doc":"Kernel structures that cannot be dropped. Null where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"dirty_bytes","type":["null","long"],"default":null,"doc":"Changed pages that wait to be written to disk. Null where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"writeback_bytes","type":["null","long"],"default":null,"doc":"Pages that are being written to disk now. Null where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"committed_bytes","type":["null","long"],"default":null,"doc":"Memory promised to processes, used or not. Null where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"page_faults_total","type":["null","long"],"default":null,"doc":"Page faults since boot, minor and major. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"major_page_faults_total","type":["null","long"],"default":null,"doc":"Page faults since boot that had to read from disk. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"oom_kills_total","type":["null","long"],"default":null,"doc":"Processes killed since boot because memory ran out. Null where the system does not tell.","sluice":{"kind":"counter"}}]}],"default":null,"doc":"Main memory."},{"name":"swap","type":["null",{"type":"record","name":"SwapMetrics","doc":"Swap space.","fields":[{"name":"total_bytes","type":"long","doc":"Swap space there is; 0 without swap.","sluice":{"kind":"gauge"}},{"name":"free_bytes","type":"long","doc":"Swap space that is not in use.","sluice":{"kind":"gauge"}},{"name":"used_bytes","type":"long","doc":"Swap space in use.","sluice":{"kind":"gauge"}},{"name":"used_percent","type":["null","double"],"default":null,"doc":"used_bytes as percent of total_bytes. Null without swap.","sluice":{"kind":"gauge"}},{"name":"swapped_in_pages_total","type":["null","long"],"default":null,"doc":"Pages read back from swap since boot. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"swapped_out_pages_total","type":["null","long"],"default":null,"doc":"Pages written to swap since boot. Null where the system does not tell.","sluice":{"kind":"counter"}}]}],"default":null,"doc":"Swap space."},{"name":"filesystems","type":["null",{"type":"array","items":{"type":"record","name":"FilesystemMetrics","doc":"Space of one mounted file system.","fields":[{"name":"mount_point","type":"string","doc":"Where it is mounted."},{"name":"device","type":"string","doc":"What is mounted: a device, a ZFS dataset, a drive."},{"name":"type","type":"string","doc":"Type of file system, such as ext4."},{"name":"read_only","type":["null","boolean"],"default":null,"doc":"Whether it is mounted read-only. Null where the system does not tell."},{"name":"total_bytes","type":"long","doc":"Size.","sluice":{"kind":"gauge"}},{"name":"free_bytes","type":"long","doc":"Space nobody uses, the share reserved for root included.","sluice":{"kind":"gauge"}},{"name":"available_bytes","type":"long","doc":"Space that ordinary users can still write.","sluice":{"kind":"gauge"}},{"name":"used_bytes","type":"long","doc":"Space in use.","sluice":{"kind":"gauge"}},{"name":"used_percent","type":["null","double"],"default":null,"doc":"used_bytes as percent of what is used or available, as df shows it. Null for a file system without size.","sluice":{"kind":"gauge"}},{"name":"total_inodes","type":["null","long"],"default":null,"doc":"Files it can hold. Null where it has no fixed number.","sluice":{"kind":"gauge"}},{"name":"free_inodes","type":["null","long"],"default":null,"doc":"Files that can still be created. Null where it has no fixed number.","sluice":{"kind":"gauge"}}]}}],"default":null,"doc":"Space of each file system on a disk of this host, once per device. Pseudo, network and memory file systems and images on loop devices are left out.","sluice":{"nested":true}},{"name":"disks","type":["null",{"type":"array","items":{"type":"record","name":"DiskMetrics","doc":"Input and output of one whole disk. A stacked device (LVM, RAID) appears beside the disks below it: do not add the two.","fields":[{"name":"device","type":"string","doc":"Name of the device, such as sda; \"all\" where the system gives only the sum."},{"name":"reads_total","type":"long","doc":"Reads completed since boot.","sluice":{"kind":"counter"}},{"name":"read_bytes_total","type":["null","long"],"default":null,"doc":"Bytes read since boot. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"read_seconds_total","type":["null","double"],"default":null,"doc":"Seconds all reads took together since boot. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"writes_total","type":"long","doc":"Writes completed since boot.","sluice":{"kind":"counter"}},{"name":"written_bytes_total","type":["null","long"],"default":null,"doc":"Bytes written since boot. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"write_seconds_total","type":["null","double"],"default":null,"doc":"Seconds all writes took together since boot. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"in_progress_count","type":["null","long"],"default":null,"doc":"Requests the disk is working on now. Null where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"io_seconds_total","type":["null","double"],"default":null,"doc":"Seconds during which the disk had anything to do, since boot. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"weighted_io_seconds_total","type":["null","double"],"default":null,"doc":"Seconds all requests waited or worked together, since boot. Null where the system does not tell.","sluice":{"kind":"counter"}}]}}],"default":null,"doc":"Input and output of each whole disk. Partitions, loop devices and RAM disks are left out.","sluice":{"nested":true}},{"name":"network","type":["null",{"type":"array","items":{"type":"record","name":"NetworkMetrics","doc":"Traffic of one network interface; the loopback interface is left out.","fields":[{"name":"interface","type":"string","doc":"Name of the interface, such as eth0."},{"name":"received_bytes_total","type":"long","doc":"Bytes received since the interface came up.","sluice":{"kind":"counter"}},{"name":"received_packets_total","type":["null","long"],"default":null,"doc":"Packets received since the interface came up. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"receive_errors_total","type":"long","doc":"Packets received broken since the interface came up.","sluice":{"kind":"counter"}},{"name":"receive_drops_total","type":"long","doc":"Packets received but dropped since the interface came up.","sluice":{"kind":"counter"}},{"name":"sent_bytes_total","type":"long","doc":"Bytes sent since the interface came up.","sluice":{"kind":"counter"}},{"name":"sent_packets_total","type":["null","long"],"default":null,"doc":"Packets sent since the interface came up. Null where the system does not tell.","sluice":{"kind":"counter"}},{"name":"send_errors_total","type":"long","doc":"Packets that failed to be sent since the interface came up.","sluice":{"kind":"counter"}},{"name":"send_drops_total","type":"long","doc":"Packets dropped instead of sent since the interface came up.","sluice":{"kind":"counter"}}]}}],"default":null,"doc":"Traffic of each network interface but loopback.","sluice":{"nested":true}},{"name":"processes","type":["null",{"type":"record","name":"ProcessMetrics","doc":"How many processes there are, and in which state.","fields":[{"name":"process_count","type":"long","doc":"Processes the source can see; inside a container, those of the container.","sluice":{"kind":"gauge"}},{"name":"thread_count","type":["null","long"],"default":null,"doc":"Threads of the whole system. Null where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"running_count","type":["null","long"],"default":null,"doc":"Tasks that run or wait for a core. Null where the system does not tell.","sluice":{"kind":"gauge"}},{"name":"blocked_count","type":["null","long"],"default":null,"doc":"Tasks that wait for a disk. Null where the system does not tell.","sluice":{"kind":"gauge"}}]}],"default":null,"doc":"Process counts."},{"name":"machine","type":["null",{"type":"record","name":"MachineFacts","doc":"What the machine is. Read once at start.","fields":[{"name":"os","type":"string","doc":"Operating system and its version, such as Debian GNU/Linux 13."},{"name":"kernel","type":"string","doc":"Version of the kernel."},{"name":"architecture","type":"string","doc":"Architecture of the CPU, such as x64."},{"name":"cpu_model","type":"string","doc":"Maker and model of the CPU."},{"name":"logical_core_count","type":"int","doc":"Logical cores at start.","sluice":{"kind":"gauge"}}]}],"default":null,"doc":"What the machine is."}]});

/** One reading of a device, as numbers and times. The processor iot-enrich makes it of an IotReading whose fields can all be read; see there for the rules. */
export const iotEvent: EventContract<IotEvent> = eventContract({"type":"record","name":"IotEvent","namespace":"sluice","doc":"One reading of a device, as numbers and times. The processor iot-enrich makes it of an IotReading whose fields can all be read; see there for the rules.","sluice":{"topic":"iot-events","key":["device_id"],"id":["uuid"],"time":"device_ts","arrival":"received","rotation":"day"},"fields":[{"name":"uuid","type":"string","doc":"The device's id of this reading."},{"name":"device_ts","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When the device measured, by the device's clock."},{"name":"device_id","type":"string","doc":"The device."},{"name":"device_temp","type":"int","doc":"The temperature in whole degrees Celsius: what comes after the point is cut off."},{"name":"track_id","type":"int","doc":"The track that the device was on."},{"name":"activity_type","type":"int","doc":"What the device was doing."},{"name":"temp_celsius","type":"double","doc":"The temperature in degrees Celsius, as exactly as the device sent it.","sluice":{"kind":"gauge"}},{"name":"temp_fahrenheit","type":"double","doc":"The temperature in degrees Fahrenheit: Celsius x 1.8 + 32.","sluice":{"kind":"gauge"}},{"name":"received","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When the reading arrived here, by this side's clock."}]});

/** One reading of a device, as the device sent it: every value is the device's own text, right or wrong. The processor iot-enrich makes numbers and times of them. A device that sends a reading again sends the same uuid: two records, one event. */
export const iotReading: EventContract<IotReading> = eventContract({"type":"record","name":"IotReading","namespace":"sluice","doc":"One reading of a device, as the device sent it: every value is the device's own text, right or wrong. The processor iot-enrich makes numbers and times of them. A device that sends a reading again sends the same uuid: two records, one event.","sluice":{"topic":"iot-readings","key":["device_id"],"id":["uuid"],"time":"received","arrival":"received","rotation":"day"},"fields":[{"name":"uuid","type":"string","doc":"The device's id of this reading."},{"name":"device_ts","type":"string","doc":"When the device measured, by the device's clock, in the device's form: milliseconds or seconds since 1970, or ISO 8601. Empty where the device sent none."},{"name":"device_id","type":"string","doc":"The device."},{"name":"device_temp","type":"string","doc":"The temperature that it measured, in degrees Celsius. Empty where the device sent none."},{"name":"track_id","type":"string","doc":"Number of the track that the device is on. Empty where the device sent none."},{"name":"activity_type","type":"string","doc":"Number of what the device was doing. Empty where the device sent none."},{"name":"received","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When the reading arrived here, by this side's clock. A device's own clock may be wrong, so this is the event time."}]});

/** An object that exists in Cloud Storage: it holds every record of one partition from its first offset to its last, once, and never changes. */
export const storedObject: EventContract<StoredObject> = eventContract({"type":"record","name":"StoredObject","namespace":"sluice","doc":"An object that exists in Cloud Storage: it holds every record of one partition from its first offset to its last, once, and never changes.","sluice":{"topic":"objects","internal":true,"key":["topic"],"id":["name"],"time":"created","rotation":"month"},"fields":[{"name":"bucket","type":"string","doc":"The bucket that holds it."},{"name":"name","type":"string","doc":"Its name in the bucket."},{"name":"topic","type":"string","doc":"Topic of the records."},{"name":"partition","type":"int","doc":"Partition of the records."},{"name":"first_offset","type":"long","doc":"Offset of its first record."},{"name":"last_offset","type":"long","doc":"Offset of its last record. Offsets in between may be missing where Kafka has no record for them, or a record that nobody can read."},{"name":"records","type":"long","doc":"Number of its records."},{"name":"bytes","type":"long","doc":"Its size."},{"name":"crc32c","type":"string","doc":"CRC-32C of its bytes, big-endian, in base64: as Cloud Storage states it."},{"name":"format","type":{"type":"enum","name":"ObjectFormat","symbols":["JSON","AVRO"]},"doc":"Gzip JSON lines, or an Avro container file."},{"name":"schema_id","type":"int","doc":"The registry's id of the schema that its rows have, beside _kafka: the contract's for JSON lines, the producer's for Avro."},{"name":"schema_ids","type":{"type":"array","items":"int"},"default":[],"doc":"The registry's ids of all schemas that its records were written with: of producers with different versions of the contract."},{"name":"created","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When it was written."},{"name":"group","type":"string","default":"gcs","doc":"Consumer group of the sink that wrote it: each group has its own objects of every record."}]});

/** A time for which the stream of tweets was not read, and what could be had afterwards: the ledger of what may be missing. */
export const tweetGap: EventContract<TweetGap> = eventContract({"type":"record","name":"TweetGap","namespace":"sluice","doc":"A time for which the stream of tweets was not read, and what could be had afterwards: the ledger of what may be missing.","sluice":{"topic":"tweets.gaps","key":["source"],"id":["id"],"time":"from","rotation":"month"},"fields":[{"name":"id","type":"string","doc":"The source and the moment it begins, in milliseconds."},{"name":"source","type":"string","doc":"The source, and its instance where it has one."},{"name":"from","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"The last moment up to which the stream was surely read."},{"name":"to","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"The moment from which it was read again."},{"name":"duration_ms","type":"long","doc":"From one to the other.","sluice":{"kind":"gauge"}},{"name":"reason","type":{"type":"enum","name":"TweetGapReason","symbols":["DISCONNECTED","SILENCE","MALFORMED","RESTART","BUDGET"]},"doc":"The connection ended or could not be made; it fell silent; a line could not be read; the source was not running; the month's budget of posts was used up."},{"name":"detail","type":["null","string"],"default":null,"doc":"What the connection last said, in one sentence.","sluice":{"search":"text"}},{"name":"attempts","type":"int","doc":"How often it was tried to connect until it succeeded.","sluice":{"kind":"gauge"}},{"name":"recovered_by","type":{"type":"enum","name":"TweetRecovery","symbols":["BACKFILL","SEARCH","NONE"]},"doc":"How the missed tweets were asked for."},{"name":"recovered_count","type":"long","doc":"Tweets that were had this way.","sluice":{"kind":"gauge"}},{"name":"complete","type":"boolean","doc":"Whether everything was asked for that X still gives. False: tweets are missing, see problem."},{"name":"problem","type":["null","string"],"default":null,"doc":"Why it is not complete, in one sentence.","sluice":{"search":"text"}},{"name":"closed_at","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When the recovery ended."}]});

/** A post on X, as it was when it was delivered. An edit makes a new post with an id of its own: each version is an event, and all versions share first_version_id. Posts of API v1.1 (full_tweet) have the same form. */
export const tweet: EventContract<Tweet> = eventContract({"type":"record","name":"Tweet","namespace":"sluice","doc":"A post on X, as it was when it was delivered. An edit makes a new post with an id of its own: each version is an event, and all versions share first_version_id. Posts of API v1.1 (full_tweet) have the same form.","sluice":{"topic":"tweets","key":["first_version_id"],"id":["id"],"time":"created_at","rotation":"day"},"fields":[{"name":"id","type":"string","doc":"Id of this version of the post."},{"name":"created_at","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When this version was posted."},{"name":"text","type":"string","doc":"The whole text: of a long post all of it, and of a repost the text that is reposted, behind \"RT @name: \". In Unicode form NFC.","sluice":{"search":"text"}},{"name":"language","type":["null","string"],"default":null,"doc":"Language of the text as X detects it, such as ko. und where X cannot tell."},{"name":"author","type":["null",{"type":"record","name":"TweetAuthor","doc":"Who posted it. All but the id is null where it was not delivered.","fields":[{"name":"id","type":"string","doc":"Id of the account."},{"name":"username","type":["null","string"],"default":null,"doc":"Name after the @."},{"name":"name","type":["null","string"],"default":null,"doc":"Name as shown."},{"name":"description","type":["null","string"],"default":null,"doc":"What the account says about itself.","sluice":{"search":"text"}},{"name":"location","type":["null","string"],"default":null,"doc":"Where the account says it is: free text."},{"name":"verified","type":["null","boolean"],"default":null,"doc":"Whether X shows the account as verified."},{"name":"protected","type":["null","boolean"],"default":null,"doc":"Whether only followers see its posts."},{"name":"created_at","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null,"doc":"When the account was made."},{"name":"followers_count","type":["null","long"],"default":null,"doc":"Accounts that follow it.","sluice":{"kind":"gauge"}},{"name":"following_count","type":["null","long"],"default":null,"doc":"Accounts that it follows.","sluice":{"kind":"gauge"}},{"name":"tweet_count","type":["null","long"],"default":null,"doc":"Posts it has made.","sluice":{"kind":"gauge"}},{"name":"listed_count","type":["null","long"],"default":null,"doc":"Lists that it is on.","sluice":{"kind":"gauge"}}]}],"default":null,"doc":"Who posted it. Null where an archive does not say."},{"name":"matched_keywords","type":{"type":"array","items":"string"},"doc":"The configured keywords that the post matched. Where X matched it for something that is not in the text, such as the title of a link, all keywords of the rule that did.","default":[]},{"name":"first_version_id","type":"string","doc":"Id of the first version: the same for all versions of an edited post, and the own id of any other."},{"name":"version_ids","type":{"type":"array","items":"string"},"default":[],"doc":"Ids of all versions up to this one, oldest first; only the own id where the post was not edited."},{"name":"conversation_id","type":["null","string"],"default":null,"doc":"Id of the post that began the conversation."},{"name":"replied_to_id","type":["null","string"],"default":null,"doc":"Id of the post that this one replies to."},{"name":"replied_to_user_id","type":["null","string"],"default":null,"doc":"Id of the account that this post replies to."},{"name":"quoted_id","type":["null","string"],"default":null,"doc":"Id of the post that this one quotes."},{"name":"reposted_id","type":["null","string"],"default":null,"doc":"Id of the post that this one reposts (retweets)."},{"name":"metrics","type":["null",{"type":"record","name":"TweetMetrics","doc":"What others did with the post until it was delivered: soon after posting that is little.","fields":[{"name":"repost_count","type":["null","long"],"default":null,"doc":"Reposts.","sluice":{"kind":"gauge"}},{"name":"reply_count","type":["null","long"],"default":null,"doc":"Replies.","sluice":{"kind":"gauge"}},{"name":"like_count","type":["null","long"],"default":null,"doc":"Likes.","sluice":{"kind":"gauge"}},{"name":"quote_count","type":["null","long"],"default":null,"doc":"Quotes.","sluice":{"kind":"gauge"}},{"name":"bookmark_count","type":["null","long"],"default":null,"doc":"Bookmarks.","sluice":{"kind":"gauge"}},{"name":"impression_count","type":["null","long"],"default":null,"doc":"Times it was shown.","sluice":{"kind":"gauge"}}]}],"default":null,"doc":"What others did with the post. Null where it was not delivered."},{"name":"hashtags","type":{"type":"array","items":"string"},"default":[],"doc":"Hashtags without #, as written."},{"name":"cashtags","type":{"type":"array","items":"string"},"default":[],"doc":"Cashtags without $, as written."},{"name":"mentions","type":{"type":"array","items":{"type":"record","name":"TweetMention","doc":"An account that is named in the text.","fields":[{"name":"username","type":"string","doc":"Name after the @."},{"name":"user_id","type":["null","string"],"default":null,"doc":"Id of the account."}]}},"default":[],"doc":"Accounts that are named in the text."},{"name":"links","type":{"type":"array","items":{"type":"record","name":"TweetLink","doc":"A link in the text.","fields":[{"name":"url","type":"string","doc":"The link, unshortened as far as X tells."},{"name":"title","type":["null","string"],"default":null,"doc":"Title of the page.","sluice":{"search":"text"}},{"name":"description","type":["null","string"],"default":null,"doc":"Description of the page.","sluice":{"search":"text"}}]}},"default":[],"doc":"Links in the text."},{"name":"topics","type":{"type":"array","items":"string"},"default":[],"doc":"What X thinks the post is about: names of people, places, brands and entities, each once."},{"name":"media","type":{"type":"array","items":{"type":"record","name":"TweetMedia","doc":"A picture or video of the post.","fields":[{"name":"key","type":"string","doc":"X's key of it."},{"name":"type","type":"string","doc":"photo, video or animated_gif."},{"name":"url","type":["null","string"],"default":null,"doc":"Where it is; of a video its preview picture."},{"name":"alt_text","type":["null","string"],"default":null,"doc":"Its description for those who cannot see it.","sluice":{"search":"text"}},{"name":"width_pixels","type":["null","int"],"default":null,"doc":"Its width.","sluice":{"kind":"gauge"}},{"name":"height_pixels","type":["null","int"],"default":null,"doc":"Its height.","sluice":{"kind":"gauge"}},{"name":"duration_ms","type":["null","long"],"default":null,"doc":"Length of a video.","sluice":{"kind":"gauge"}}]}},"default":[],"doc":"Pictures and videos."},{"name":"place","type":["null",{"type":"record","name":"TweetPlace","doc":"The place that the author tagged.","fields":[{"name":"id","type":"string","doc":"X's id of it."},{"name":"full_name","type":["null","string"],"default":null,"doc":"Its name in full, such as \"Mapo-gu, Republic of Korea\"."},{"name":"type","type":["null","string"],"default":null,"doc":"country, admin, city, neighborhood or poi."},{"name":"country","type":["null","string"],"default":null,"doc":"Name of the country."},{"name":"country_code","type":["null","string"],"default":null,"doc":"ISO 3166-1 code of the country."}]}],"default":null,"doc":"The place that the author tagged."},{"name":"longitude","type":["null","double"],"default":null,"doc":"Exact position, where the author gave it."},{"name":"latitude","type":["null","double"],"default":null,"doc":"Exact position, where the author gave it."},{"name":"possibly_sensitive","type":["null","boolean"],"default":null,"doc":"Whether a link in it may lead to sensitive content."},{"name":"reply_settings","type":["null","string"],"default":null,"doc":"Who may reply, such as everyone or mentionedUsers."},{"name":"source","type":["null","string"],"default":null,"doc":"The program that it was posted with."},{"name":"withheld","type":["null",{"type":"record","name":"TweetWithheld","doc":"Where the post is not shown, and why.","fields":[{"name":"copyright","type":"boolean","doc":"Whether for a claim of copyright."},{"name":"country_codes","type":{"type":"array","items":"string"},"default":[],"doc":"Countries where it is withheld; XX is all, XY is all for copyright."}]}],"default":null,"doc":"Where the post is not shown. Null for nearly all."},{"name":"synthetic","type":"boolean","doc":"Whether x-simulator made it up.","default":false},{"name":"delivered_by","type":{"type":"enum","name":"TweetDelivery","symbols":["STREAM","BACKFILL","SEARCH","REPLAY"]},"doc":"How it came: as it was posted; after a gap, by the stream or by a search; or from a file."},{"name":"original","type":{"type":"string","logicalType":"json"},"doc":"Everything that was delivered, as JSON: an object with data, includes and matching_rules (v2), or the post itself (v1.1)."}]});

/** One look of a user at a board of the 15-second-video player, as a line of the player's log. */
export const videoEvent: EventContract<VideoEvent> = eventContract({"type":"record","name":"VideoEvent","namespace":"sluice","doc":"One look of a user at a board of the 15-second-video player, as a line of the player's log.","sluice":{"topic":"video-events","key":["user_id"],"id":["event_id"],"time":"timestamp","rotation":"hour","timeZone":"UTC"},"fields":[{"name":"event_id","type":"string","doc":"The log file's identity and the byte at which the line begins in it, decompressed: <inode>-<fingerprint of the first line>-<offset>."},{"name":"board_id","type":"string","doc":"The board that was shown."},{"name":"playtime","type":"double","doc":"Seconds of the video that were played, 0 to 15.","sluice":{"kind":"gauge"}},{"name":"timestamp","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When it was played, as the player says."},{"name":"user_id","type":"string","doc":"Who looked."},{"name":"interest","type":"string","doc":"The field of interest that the board belongs to."}]});

/** The contracts of the events that sinks deliver: all but internal ones. */
export const contracts: readonly EventContract[] = [eventRate, hostMetrics, iotEvent, iotReading, tweetGap, tweet, videoEvent];
