import type { MachineFacts } from '@sluice/contracts';
import { cpu, osInfo } from 'systeminformation';

/** What the machine is, from `systeminformation`. It starts child processes: call it once. */
export async function machineFacts(): Promise<MachineFacts> {
  const [system, processor] = await Promise.all([osInfo(), cpu()]);
  return {
    os: `${system.distro} ${system.release}`,
    kernel: system.kernel,
    architecture: system.arch,
    cpu_model: `${processor.manufacturer} ${processor.brand}`.trim(),
    logical_core_count: processor.cores,
  };
}
